"""Loads a unit in the runner and waits for the outcome."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.errors import RunnerError
from funclens.runner.units.status import UnitState, UnitStatus

if TYPE_CHECKING:
    from funclens.lsp.session import Session
    from funclens.runner.units.status import UnitFailure

__all__ = ["explain", "load"]


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
        raise explain(session, unit, failure)


def explain(session: Session, unit: str, failure: UnitFailure) -> RunnerError:
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
