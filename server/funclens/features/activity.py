"""What the runner has told so far: its state and each function's last answer.

Events of the runner go in one by one, values come out; nothing is started here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from funclens.runner.state import RunnerSnapshot, RunnerState, UnitStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Activity", "Answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """How the last request to a function ended."""

    method: str
    path: str
    """As the function saw it: path and query, without the function's name."""
    status: int
    """HTTP status code."""
    seconds: float
    error: str = ""
    """Type and message of the user's exception; empty when there was none."""
    file: str | None = None
    """The user's file that raised it, absolute."""
    line: int | None = None
    """1-based."""
    traceback: str = ""
    """The user's part of the traceback."""

    @property
    def failed(self) -> bool:
        """True when the function broke; a 404 of its own is an answer."""
        return bool(self.error) or self.status >= 500


@dataclass(frozen=True, slots=True)
class Activity:
    """State of the runner and the last answers of its functions."""

    runner: RunnerSnapshot = field(default_factory=RunnerSnapshot)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """By id of the function."""

    def starting(self) -> Activity:
        """Return the activity of a runner that was asked for and is not up."""
        return Activity(RunnerSnapshot(state=RunnerState.STARTING))

    def after(self, event: Mapping[str, Any]) -> Activity:
        """Return the activity once `event` of the runner has happened.

        Events of unknown names change nothing.
        """
        handler = _HANDLERS.get(event.get("event", ""))
        return handler(self, event) if handler else self


def _snapshot(activity: Activity, event: Mapping[str, Any]) -> Activity:
    statuses = [UnitStatus.from_json(item) for item in event.get("units", ())]
    runner = RunnerSnapshot(
        state=RunnerState.RUNNING,
        url=event["url"].rstrip("/"),
        units={status.unit: status for status in statuses},
    )
    return replace(activity, runner=runner)


def _unit_state(activity: Activity, event: Mapping[str, Any]) -> Activity:
    status = UnitStatus.from_json(event)
    units = {**activity.runner.units, status.unit: status}
    return replace(activity, runner=replace(activity.runner, units=units))


def _request(activity: Activity, event: Mapping[str, Any]) -> Activity:
    if not event.get("id"):
        return activity
    failure = event.get("error") or {}
    if isinstance(failure, str):
        failure = {"error": failure}
    answer = Answer(
        method=event.get("method", ""),
        path=event.get("path", ""),
        status=event.get("status") or 0,
        seconds=event.get("seconds") or 0.0,
        error=failure.get("error") or "",
        file=failure.get("file"),
        line=failure.get("line"),
        traceback=failure.get("traceback") or "",
    )
    return replace(activity, answers={**activity.answers, event["id"]: answer})


def _stopped(_activity: Activity, _event: Mapping[str, Any]) -> Activity:
    return Activity()


_HANDLERS = {
    "snapshot": _snapshot,
    "unit-state": _unit_state,
    "request": _request,
    "stopped": _stopped,
}
