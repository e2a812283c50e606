"""Last response of each function, collected from events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass
from funclens.requests.delivery.delivery_words import delivery_result

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.runner.events import Event

__all__ = ["LastResponse", "LastResponses"]


@dataclass(frozen=True, slots=True)
class LastResponse:
    """Result of one request."""

    method: str
    path: str
    """Path below the function, with its query."""
    status: int
    """HTTP status; 0 if there was no response."""
    seconds: float
    at: float
    """Time of the response in seconds since the epoch."""
    error: str = ""
    """Type and message of the user's exception, or empty."""
    file: str | None = None
    """Absolute path of the user file that raised it."""
    line: int | None = None
    """1-based."""
    delivery: str = ""
    """The event that an emulator delivered with it, in words; or empty."""
    request: str | None = None
    """Id of the request in the history."""

    def to_json(self) -> dict[str, Any]:
        """Return the response in the form of the runner's state."""
        found = {name: getattr(self, name) for name in self.__dataclass_fields__}
        if not self.delivery:
            del found["delivery"]
        return found


class LastResponses:
    """Event listener that keeps the last response of each function."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._events: dict[str, tuple[float, Event]] = {}
        self._deliveries: dict[str, str] = {}
        """What is known of the last responses, in words."""

    def put(self, event: Event) -> None:
        """Record a finished request or delivery; called by the bus."""
        if event["event"] == "request":
            self._events[event["id"]] = (self._clock(), event)
            self._deliveries.pop(event["id"], None)
        elif event["event"] == "delivery":  # follows the request
            self._deliveries[event["id"]] = delivery_result(event)

    def close(self) -> None:
        """Do nothing: there is nobody to wake."""

    def all(self) -> dict[str, LastResponse]:
        """Return the last responses by function id."""
        return {
            id_: _response(*found, self._deliveries.get(id_, ""))
            for id_, found in self._events.items()
        }


def _response(at: float, event: Event, delivery: str) -> LastResponse:
    failure = event.get("error") or {}
    query = event.get("query") or ""
    return LastResponse(
        method=event["method"],
        path=event["path"] + (f"?{query}" if query else ""),
        status=event["status"] or 0,
        seconds=event["seconds"],
        at=at,
        error=failure.get("error") or "",
        file=failure.get("file"),
        line=failure.get("line"),
        delivery=delivery,
        request=event.get("request"),
    )
