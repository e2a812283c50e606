"""Loads a unit in the runner and waits for the outcome."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.errors import RunnerError
from funclens.runner.units.status import UnitState, UnitStatus

if TYPE_CHECKING:
    from funclens.lsp.session import Session
    from funclens.model import Function
    from funclens.runner.units.status import UnitFailure

__all__ = ["DEBUG_FAILED", "load", "tell_failed_load"]

DEBUG_FAILED = "funclens/debugFailed"

_SETTLED = frozenset({UnitState.READY.value, UnitState.FAILED.value})


async def load(session: Session, unit: str) -> None:
    """Load a unit. Raises RunnerError with the user's error if that fails."""
    settled = session.runner.events.expect(
        "unit-state",
        lambda event: event["state"] != UnitState.STARTING.value,
        unit=unit,
    )
    await session.runner.bridge.control("start", unit=unit)
    if session.snapshot().status_of(unit).state is UnitState.READY:
        return
    event = await settled
    if event["event"] == "stopped":
        raise RunnerError(f"the runner stopped while loading {unit}")
    failure = UnitStatus.from_json(event).failure
    if failure is not None:
        raise _explained(session, unit, failure)


async def tell_failed_load(session: Session, function: Function) -> None:
    """Wait until a unit has loaded under the debugger; tell the client if it fails.

    It loads when a debugger is attached, so the command that starts it can't wait.
    """
    event = await session.runner.events.expect(
        "unit-state", lambda event: event["state"] in _SETTLED, unit=function.unit
    )
    failure = (
        None if event["event"] == "stopped" else UnitStatus.from_json(event).failure
    )
    if failure is None:
        return
    message = _explained(session, function.unit, failure).sentence
    if session.client.commands:
        told = {"id": function.id, "unit": function.unit, "message": message}
        session.window.notify(DEBUG_FAILED, told)
    else:
        session.window.say(message, types.MessageType.Error)


def _explained(session: Session, unit: str, failure: UnitFailure) -> RunnerError:
    """Return the error of a unit that failed to load."""
    needs_set_up = session.snapshot().need_of(unit) is not None
    place = f" ({_shown(session, failure)})" if failure.file else ""
    return RunnerError(
        f"unit `{unit}` failed to load{place}: {failure.error}",
        hint="set up its environment" if needs_set_up else failure.hint,
    )


def _shown(session: Session, failure: UnitFailure) -> str:
    """Return where a unit failed, relative to its folder because toasts are narrow."""
    file = failure.file or ""
    for folder in session.folders:
        if file.startswith(folder.rstrip(os.sep) + os.sep):
            return f"{os.path.relpath(file, folder)}:{failure.line}"
    return f"{file}:{failure.line}"
