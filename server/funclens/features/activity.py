"""The runner's state and the last response of each function.

Events of the runner go in one by one, values come out; nothing is started here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from funclens.requests.request import Request
from funclens.runner.units.status import RunnerSnapshot, RunnerState, UnitStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Activity", "LastResponse"]

_WITHOUT_BODY = {"GET", "HEAD", "OPTIONS", "DELETE"}


@dataclass(frozen=True, slots=True)
class LastResponse:
    """How the last request to a function ended."""

    status: int
    """HTTP status code; 0 when there was no response."""
    seconds: float
    error: str = ""
    """Type and message of the user's exception; empty when there was none."""
    file: str | None = None
    """The user's file that raised it, absolute."""
    line: int | None = None
    """1-based."""
    traceback: str = ""
    """The user's part of the traceback."""
    request: Request | None = None
    """The request, where it is known well enough to be sent again."""

    @property
    def can_replay(self) -> bool:
        """Whether the request can be sent again."""
        return self.request is not None

    @property
    def duration(self) -> str:
        """How long it took, for a person."""
        if self.seconds < 0.9995:
            return f"{self.seconds * 1000:.0f} ms"
        return f"{self.seconds:.1f} s"

    @property
    def failed(self) -> bool:
        """True when the function broke; its own 404 is a response."""
        return bool(self.error) or self.status >= 500 or not self.status


@dataclass(frozen=True, slots=True)
class Activity:
    """State of the runner and the last responses of its functions."""

    runner: RunnerSnapshot = field(default_factory=RunnerSnapshot)
    responses: Mapping[str, LastResponse] = field(default_factory=dict)
    """By id of the function."""
    sent: Mapping[str, Request] = field(default_factory=dict)
    """By id of the function: what was sent from here last, body and headers too."""
    waiting: frozenset[str] = frozenset()
    """Ids of functions that take long to respond to a request from here."""

    def sending(self, function: str, request: Request) -> Activity:
        """Return the activity after `request` was sent from here."""
        return replace(self, sent={**self.sent, function: request})

    def waiting_for(self, function: str) -> Activity:
        """Return the activity while a request from here has no response yet."""
        return replace(self, waiting=self.waiting | {function})

    def responded(self, function: str) -> Activity:
        """Return the activity when the function is no longer waited for."""
        if function not in self.waiting:
            return self
        return replace(self, waiting=self.waiting - {function})

    def is_from_here(self, event: Mapping[str, Any]) -> bool:
        """Return whether a `request` event is about what was sent from here last."""
        sent = self.sent.get(event.get("id") or "")
        if sent is None:
            return False
        target = sent.path if sent.path.startswith("/") else f"/{sent.path}"
        return (sent.method, target) == (event.get("method", ""), _target(event))

    def starting(self) -> Activity:
        """Return the activity of a runner that is being started."""
        return Activity(RunnerSnapshot(state=RunnerState.STARTING), sent=self.sent)

    def after(self, event: Mapping[str, Any]) -> Activity:
        """Return the activity after an `event` of the runner.

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
    response = LastResponse(
        status=event.get("status") or 0,
        seconds=event.get("seconds") or 0.0,
        error=failure.get("error") or "",
        file=failure.get("file"),
        line=failure.get("line"),
        traceback=failure.get("traceback") or "",
        request=_request_of(activity, event),
    )
    responses = {**activity.responses, event["id"]: response}
    if activity.is_from_here(event):
        activity = activity.responded(event["id"])
    return replace(activity, responses=responses)


def _request_of(activity: Activity, event: Mapping[str, Any]) -> Request | None:
    """Return the request of an event; None when it had a body that nobody kept."""
    if activity.is_from_here(event):
        return activity.sent[event["id"]]
    method = event.get("method", "")
    if method not in _WITHOUT_BODY:
        return None
    return Request(method, _target(event), (), b"")


def _target(event: Mapping[str, Any]) -> str:
    """Return path and query of a request, as they are sent."""
    query = event.get("query") or ""
    return quote(event.get("path", "")) + (f"?{query}" if query else "")


def _stopped(activity: Activity, _event: Mapping[str, Any]) -> Activity:
    return Activity(sent=activity.sent)


_HANDLERS = {
    "snapshot": _snapshot,
    "unit-state": _unit_state,
    "request": _request,
    "stopped": _stopped,
}
