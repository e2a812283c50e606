"""State of the runner and the last response of each function.

A reducer: runner events go in one by one, new values come out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from funclens.cold_start import ColdStart
from funclens.dataclass import dataclass, field
from funclens.requests.request import Request
from funclens.runner.units.status import RunnerSnapshot, RunnerState, UnitStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Activity", "LastResponse"]

RECENT = 3
"""Number of results that are kept for each function."""

_WITHOUT_BODY = {"GET", "HEAD", "OPTIONS", "DELETE"}


@dataclass(frozen=True, slots=True)
class LastResponse:
    """Result of the last request to a function."""

    status: int
    """HTTP status; 0 if there was no response."""
    seconds: float
    error: str = ""
    """Type and message of the user's exception, or empty."""
    file: str | None = None
    """Absolute path of the user file that raised it."""
    line: int | None = None
    """1-based."""
    traceback: str = ""
    """Traceback of the user's frames."""
    request: Request | None = None
    """The request, if the editor knows it completely enough to send it again."""
    recorded: str = ""
    """Id of the request in the runner's history, or empty."""
    recent: tuple[bool, ...] = ()
    """Whether the last requests succeeded, oldest first; at most RECENT."""

    @property
    def can_replay(self) -> bool:
        """Whether the request can be sent again."""
        return self.request is not None or bool(self.recorded)

    @property
    def duration(self) -> str:
        """Duration as text, for display."""
        if self.seconds < 0.9995:
            return f"{self.seconds * 1000:.0f} ms"
        return f"{self.seconds:.1f} s"

    @property
    def failed(self) -> bool:
        """True if the function raised or crashed; a 404 it returns is a response."""
        return bool(self.error) or self.status >= 500 or not self.status


@dataclass(frozen=True, slots=True)
class Activity:
    """State of the runner, and the last responses of its functions."""

    runner: RunnerSnapshot = field(default_factory=RunnerSnapshot)
    responses: Mapping[str, LastResponse] = field(default_factory=dict)
    """By function id."""
    sent: Mapping[str, Request] = field(default_factory=dict)
    """Last request sent from the editor, with headers and body, by function id."""
    waiting: frozenset[str] = frozenset()
    """Ids of functions with a slow response to a request from the editor."""

    def sending(self, function: str, request: Request) -> Activity:
        """Return the activity after `request` was sent from the editor."""
        return replace(self, sent={**self.sent, function: request})

    def waiting_for(self, function: str) -> Activity:
        """Return the activity while a request from the editor has no response yet."""
        return replace(self, waiting=self.waiting | {function})

    def responded(self, function: str) -> Activity:
        """Return the activity after a response, or after the client gave up."""
        if function not in self.waiting:
            return self
        return replace(self, waiting=self.waiting - {function})

    def is_from_here(self, event: Mapping[str, Any]) -> bool:
        """Return whether a `request` event is about the editor's last request."""
        sent = self.sent.get(event.get("id") or "")
        if sent is None:
            return False
        target = sent.path if sent.path.startswith("/") else f"/{sent.path}"
        return (sent.method, target) == (event.get("method", ""), _target(event))

    def starting(self) -> Activity:
        """Return the activity while a runner is starting."""
        return Activity(RunnerSnapshot(state=RunnerState.STARTING), sent=self.sent)

    def after(self, event: Mapping[str, Any]) -> Activity:
        """Return the activity after an event of the runner.

        Unknown events change nothing.
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
    before = activity.runner.units.get(status.unit)
    if before is not None:
        status = replace(status, cold_start=before.cold_start)
    return _with_status(activity, status)


def _cold_start(activity: Activity, event: Mapping[str, Any]) -> Activity:
    unit = event["unit"]
    before = activity.runner.units.get(unit) or UnitStatus(unit)
    cold_start = ColdStart.from_json(event)
    return _with_status(activity, replace(before, cold_start=cold_start))


def _with_status(activity: Activity, status: UnitStatus) -> Activity:
    units = {**activity.runner.units, status.unit: status}
    return replace(activity, runner=replace(activity.runner, units=units))


def _request(activity: Activity, event: Mapping[str, Any]) -> Activity:
    if not event.get("id"):
        return activity
    failure = event.get("error") or {}
    response = LastResponse(
        status=event.get("status") or 0,
        seconds=event.get("seconds") or 0.0,
        error=failure.get("error") or "",
        file=failure.get("file"),
        line=failure.get("line"),
        traceback=failure.get("traceback") or "",
        request=_request_of(activity, event),
        recorded=event.get("request") or "",
    )
    before = activity.responses.get(event["id"])
    earlier = before.recent if before is not None else ()
    recent = (*earlier, not response.failed)[-RECENT:]
    response = replace(response, recent=recent)
    responses = {**activity.responses, event["id"]: response}
    if activity.is_from_here(event):
        activity = activity.responded(event["id"])
    return replace(activity, responses=responses)


def _request_of(activity: Activity, event: Mapping[str, Any]) -> Request | None:
    """Return the request of an event, or None if it had a body that wasn't kept."""
    if activity.is_from_here(event):
        return activity.sent[event["id"]]
    method = event.get("method", "")
    if method not in _WITHOUT_BODY:
        return None
    return Request(method, _target(event), (), b"")


def _target(event: Mapping[str, Any]) -> str:
    """Return path and query of a request as sent."""
    query = event.get("query") or ""
    return quote(event.get("path", "")) + (f"?{query}" if query else "")


def _stopped(activity: Activity, _event: Mapping[str, Any]) -> Activity:
    return Activity(sent=activity.sent)


_HANDLERS = {
    "snapshot": _snapshot,
    "unit-state": _unit_state,
    "cold-start": _cold_start,
    "request": _request,
    "stopped": _stopped,
}
