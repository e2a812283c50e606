"""Code lenses above a function: its state and its commands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.features import commands
from funclens.features.commands import refer
from funclens.features.next_run import schedule_text
from funclens.model import SignatureType
from funclens.runner.units.status import RunnerState, UnitState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.features.activity import LastResponse
    from funclens.features.position_encoding import Places
    from funclens.features.snapshot import Snapshot
    from funclens.model import Function

__all__ = ["code_lenses", "lens_commands"]

_EVENTS = {SignatureType.CLOUDEVENT, SignatureType.EVENT}
"""Signature types that a browser can't call."""

_LONGEST_ERROR = 60
"""Maximum length of an error in a lens; the diagnostic shows all of it."""


def code_lenses(snapshot: Snapshot, path: str, places: Places) -> list[types.CodeLens]:
    """Return the lenses of one file, in the order of its functions.

    None in an untrusted workspace, because nothing may run there, or if the setting
    `code-lens` is off.
    """
    if not snapshot.trusted or not snapshot.code_lens:
        return []
    functions = snapshot.by_file.get(path, ())
    served = Counter(function.name_span for function in functions)
    return [
        types.CodeLens(range=places.range(path, function.name_span), command=command)
        for function in functions
        for command in lens_commands(
            snapshot, function, name_unit=served[function.name_span] > 1
        )
    ]


def lens_commands(
    snapshot: Snapshot, function: Function, *, name_unit: bool = False
) -> Iterator[types.Command]:
    """Yield the commands for the function's state, the main one first.

    `name_unit` adds the unit to titles if several units serve one definition.
    """
    suffix = f" ({function.unit})" if name_unit else ""
    for command in _commands(snapshot, function):
        command.title += suffix
        yield command


def _commands(snapshot: Snapshot, function: Function) -> Iterator[types.Command]:
    state = snapshot.runner.state
    yield from _set_up_command(snapshot, function)
    if state is not RunnerState.RUNNING:
        yield from _start_commands(function, is_starting=state is RunnerState.STARTING)
        return
    if function.id in snapshot.unsaved:
        if commands.SAVE in snapshot.client_commands:
            yield refer(commands.SAVE, function, "Save to serve this function")
        else:
            yield refer(commands.SHOW, function, "Not served until it is saved")
        return
    yield _state_command(snapshot, function)
    response = snapshot.activity.responses.get(function.id)
    if function.id in snapshot.activity.waiting:
        response = None
        has_logs = commands.SHOW_LOGS in snapshot.client_commands
        command = commands.SHOW_LOGS if has_logs else commands.OPEN
        yield refer(command, function, "Waiting for response…")
    if response is not None:
        yield from _response_commands(function, response)
    yield from _schedule_command(function)
    if commands.SEND in snapshot.client_commands:
        yield refer(commands.SEND, function, "Send…")
    elif function.signature_type in _EVENTS:
        yield refer(commands.CALL, function, "Send event", event="auto")
    if response is None or not (response.failed and response.can_replay):
        yield refer(commands.DEBUG, function, "Debug")
    if commands.SHOW_LOGS in snapshot.client_commands:
        yield refer(commands.SHOW_LOGS, function, "Logs")
    yield _stop_command(snapshot, function)


def _start_commands(
    function: Function, *, is_starting: bool
) -> Iterator[types.Command]:
    title = "Starting…" if is_starting else "Run locally"
    yield refer(commands.RUN, function, title)
    yield refer(commands.DEBUG, function, "Debug")
    if not is_starting:
        yield from _schedule_command(function)


def _schedule_command(function: Function) -> Iterator[types.Command]:
    if text := schedule_text(function):
        yield refer(commands.CALL, function, f"{text} · Run Now", event="auto")


def _stop_command(snapshot: Snapshot, function: Function) -> types.Command:
    """Stop the unit; the runner if that is all there is to stop."""
    if len(snapshot.catalog.units) == 1:
        return refer(commands.STOP, function, "Stop")
    if snapshot.status_of(function.unit).state is UnitState.IDLE:
        return refer(commands.STOP, function, "Stop All")
    return refer(commands.STOP, function, "Stop", unit=function.unit)


def _set_up_command(snapshot: Snapshot, function: Function) -> Iterator[types.Command]:
    if function.unit in snapshot.in_set_up:
        yield refer(commands.SET_UP, function, "Setting up environment…")
    elif snapshot.need_of(function.unit) is not None:
        yield refer(commands.SET_UP, function, "Set up environment")


def _state_command(snapshot: Snapshot, function: Function) -> types.Command:
    status = snapshot.status_of(function.unit)
    if status.state is UnitState.STARTING:
        return refer(commands.RUN, function, "Starting…")
    if status.state is UnitState.FAILED:
        error = status.failure.error if status.failure else "The unit failed to load"
        return refer(commands.RUN, function, f"✗ {_shorten(error)}")
    sign = "●" if status.state is UnitState.READY else "○"
    return refer(commands.OPEN, function, f"{sign} {snapshot.url_of(function)}")


def _response_commands(
    function: Function, response: LastResponse
) -> Iterator[types.Command]:
    marks = f" · {_marks(response)}" if len(response.recent) > 1 else ""
    if not response.failed:
        title = f"{response.status} · {response.duration}{marks}"
        command = commands.REPLAY if response.can_replay else commands.OPEN
        yield refer(command, function, title)
        return
    kind = response.error.partition(":")[0] or response.duration
    title = f"{response.status or 'no response'} · {_shorten(kind)}{marks}"
    if not response.can_replay:
        yield refer(commands.SHOW_FAILURE, function, title)
        return
    yield refer(commands.REPLAY, function, f"{title} · Replay")
    yield refer(commands.DEBUG, function, "Debug this request", replay=True)


def _marks(response: LastResponse) -> str:
    """Return a mark for each of the last results, oldest first."""
    return "".join("✓" if is_good else "✗" for is_good in response.recent)


def _shorten(error: str) -> str:
    """Return the first line of an error, shortened to fit in a lens."""
    line = error.strip().partition("\n")[0]
    return line if len(line) <= _LONGEST_ERROR else line[: _LONGEST_ERROR - 1] + "…"
