"""How the last request to each function ended. Takes events, starts nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.runner.events import Event

__all__ = ["LastAnswer", "LastAnswers"]


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The end of one request."""

    method: str
    path: str
    """Below the function, with its query."""
    status: int
    """HTTP status code; 0 when there was no answer."""
    seconds: float
    at: float
    """When it ended, in seconds since the epoch."""
    error: str = ""
    """Type and message of the user's exception; empty when there was none."""
    file: str | None = None
    """The user's file that raised it, absolute."""
    line: int | None = None
    """1-based."""

    def to_json(self) -> dict[str, Any]:
        """Return the answer as it stands in the state of the runner."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class LastAnswers:
    """Listens to a runner and keeps the last answer of each function."""

    backlog = 0
    """It is never behind: what comes is taken at once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._events: dict[str, tuple[float, Event]] = {}

    def put(self, event: Event) -> None:
        """Keep the end of a request; called by the bus, for each one."""
        if event["event"] == "request":
            self._events[event["id"]] = (self._clock(), event)

    def close(self) -> None:
        """Do nothing: there is nobody to wake."""

    def find(self, function: str) -> LastAnswer | None:
        """Return the last answer of the function with this id, if any."""
        found = self._events.get(function)
        return _answer(*found) if found else None

    def all(self) -> dict[str, LastAnswer]:
        """Return the last answers by id of the function."""
        return {id_: _answer(*found) for id_, found in self._events.items()}


def _answer(at: float, event: Event) -> LastAnswer:
    failure = event.get("error") or {}
    query = event.get("query") or ""
    return LastAnswer(
        method=event["method"],
        path=event["path"] + (f"?{query}" if query else ""),
        status=event["status"] or 0,
        seconds=event["seconds"],
        at=at,
        error=failure.get("error") or "",
        file=failure.get("file"),
        line=failure.get("line"),
    )
