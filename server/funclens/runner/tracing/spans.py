"""Spans that functions have recorded, by trace; the last ones, up to a number."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Span", "SpanStore"]

MOST_SPANS = 10_000
"""Maximum number of spans of all traces."""

MOST_OF_A_TRACE = 1_000
"""Maximum number of spans of one trace; later ones are dropped."""


@dataclass(frozen=True, slots=True)
class Span:
    """One operation of a function."""

    trace_id: str
    """32 hexadecimal digits."""
    span_id: str
    """16 hexadecimal digits."""
    parent_id: str | None
    name: str
    kind: str
    """`internal`, `server`, `client`, `producer` or `consumer`."""
    start: int
    """Nanoseconds since the epoch."""
    end: int
    status: str = "unset"
    """`unset`, `ok` or `error`."""
    message: str = ""
    """Of an error."""
    service: str = ""
    """`service.name` of the resource."""
    scope: str = ""
    """Name of the instrumentation."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Mapping[str, Any], ...] = ()
    """`name`, `at` and `attributes` of each."""

    def to_json(self) -> dict[str, Any]:
        """Return the span in the form of `spans` of a request."""
        return {
            "trace_id": self.trace_id,
            "span_id": self.span_id,
            "parent_id": self.parent_id,
            "name": self.name,
            "kind": self.kind,
            "started_at": rfc3339_ns(self.start),
            "seconds": round(max(0, self.end - self.start) / 1e9, 6),
            "status": self.status,
            "message": self.message,
            "service": self.service,
            "scope": self.scope,
            "attributes": dict(self.attributes),
            "events": [dict(event) for event in self.events],
        }


class SpanStore:
    """Keeps spans; the oldest traces leave first."""

    def __init__(self) -> None:
        self._traces: dict[str, dict[str, Span]] = {}
        self._count = 0

    def add(self, spans: Iterable[Span]) -> None:
        """Add spans; one that was sent twice is kept once."""
        for span in spans:
            trace = self._traces.setdefault(span.trace_id, {})
            if len(trace) < MOST_OF_A_TRACE and span.span_id not in trace:
                trace[span.span_id] = span
                self._count += 1
            while self._count > MOST_SPANS:
                oldest = next(iter(self._traces))
                self._count -= len(self._traces.pop(oldest))

    def of_trace(self, trace_id: str) -> list[Span]:
        """Return the spans of a trace, by the time of their start."""
        found = [*self._traces.get(trace_id, {}).values()]
        return sorted(found, key=lambda span: span.start)


def rfc3339_ns(nanoseconds: int) -> str:
    """Return a time in UTC with microseconds."""
    at = datetime.fromtimestamp(nanoseconds / 1e9, timezone.utc)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
