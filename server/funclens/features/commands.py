"""The commands of the server, and how a lens or action refers to them.

Every one takes one object: `{"id": …}` names a function by its id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from funclens.model import Function

__all__ = [
    "CALL",
    "DEBUG",
    "END_DEBUG",
    "OPEN",
    "RESTART",
    "RUN",
    "STOP",
    "debug",
    "open_url",
    "run",
    "stop",
]

RUN = "funclens.run"
DEBUG = "funclens.debug"
STOP = "funclens.stop"
RESTART = "funclens.restart"
CALL = "funclens.call"
OPEN = "funclens.open"
END_DEBUG = "funclens.endDebug"


def run(function: Function, title: str) -> types.Command:
    """Return the command that serves a function."""
    return _command(RUN, function, title)


def debug(function: Function, title: str) -> types.Command:
    """Return the command that starts a function's unit under the debugger."""
    return _command(DEBUG, function, title)


def stop(function: Function, title: str) -> types.Command:
    """Return the command that stops the runner."""
    return _command(STOP, function, title)


def open_url(function: Function, title: str) -> types.Command:
    """Return the command that opens a function's URL in a browser."""
    return _command(OPEN, function, title)


def _command(name: str, function: Function, title: str) -> types.Command:
    return types.Command(title=title, command=name, arguments=[{"id": function.id}])
