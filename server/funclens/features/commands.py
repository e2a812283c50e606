"""Commands of the server, and references to them in lenses and actions.

Each takes one object: `{"id": …}` names a function by id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from funclens.model import Function

__all__ = [
    "CALL",
    "COPY_CURL",
    "DEBUG",
    "DELIVER",
    "END_DEBUG",
    "NEW",
    "OF_SERVER",
    "OPEN",
    "REPLAY",
    "RESTART",
    "RUN",
    "SAVE",
    "SAVE_TEST",
    "SEND",
    "SET_UP",
    "SHOW",
    "SHOW_FAILURE",
    "SHOW_LOGS",
    "STOP",
    "refer",
]

RUN = "funclens.run"
DEBUG = "funclens.debug"
STOP = "funclens.stop"
RESTART = "funclens.restart"
CALL = "funclens.call"
DELIVER = "funclens.deliver"
OPEN = "funclens.open"
END_DEBUG = "funclens.endDebug"
REPLAY = "funclens.replay"
SHOW = "funclens.show"
SHOW_FAILURE = "funclens.showFailure"
NEW = "funclens.new"
SET_UP = "funclens.setUp"
SAVE_TEST = "funclens.saveTest"

OF_SERVER = (
    *(RUN, DEBUG, STOP, RESTART, CALL, DELIVER),
    *(OPEN, END_DEBUG, REPLAY, SHOW, SHOW_FAILURE, NEW, SET_UP, SAVE_TEST),
)
"""Commands that the server registers."""

SAVE = "funclens.save"
"""Save the file of a function; implemented by clients that list it."""
SEND = "funclens.send"
"""Implemented by clients that list it in `clientCommands`."""
SHOW_LOGS = "funclens.showLogs"
"""Implemented by clients that list it in `clientCommands`."""
COPY_CURL = "funclens.copyCurl"
"""The same; the server has no clipboard."""


def refer(
    command: str, function: Function, title: str, **more: bool | str
) -> types.Command:
    """Return a reference to `command` for a function, shown as `title`."""
    argument = {"id": function.id, **more}
    return types.Command(title=title, command=command, arguments=[argument])
