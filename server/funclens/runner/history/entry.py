"""One request in the history, as it was recorded."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass
from funclens.runner.http.head import HEAD_LIMIT
from funclens.runner.http.trace_context import (
    parse_cloud_trace,
    parse_traceparent,
    trace_context,
)
from funclens.runner.tracing.spans import Span

if TYPE_CHECKING:
    from funclens.runner.history.masking.redaction import Redaction
    from funclens.runner.http.trace_context import TraceContext

__all__ = ["Entry", "Timing"]

_OVERHEAD = 1_024
"""Approximate size in bytes of an entry without its contents."""
_SERVER_ERROR = 500
_TRACEPARENT = re.compile(rb"\ntraceparent:([^\r\n]*)", re.IGNORECASE)
_CLOUD_TRACE = re.compile(rb"\nx-cloud-trace-context:([^\r\n]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Timing:
    """Where the time of a request went, in seconds."""

    queued: float = 0.0
    """Until a worker took it, without `loading`."""
    loading: float = 0.0
    """Until its worker had started and loaded the unit."""
    function: float = 0.0
    """Until the first byte of the response."""
    streaming: float = 0.0
    """Until the last byte of the response."""

    def to_json(self) -> dict[str, float]:
        """Return the phases with microseconds."""
        return {
            name: round(getattr(self, name), 6) for name in self.__dataclass_fields__
        }


@dataclass(slots=True, eq=False)
class Entry:
    """A complete request. Bytes are kept as they were sent, and are never masked."""

    id: str
    function: str
    """Id of the function."""
    unit: str
    method: str
    path: str
    query: str
    status: int
    """0 if there was no response."""
    seconds: float
    at: float
    """Time of arrival in seconds since the epoch."""
    request: bytes
    """What is kept of the bytes received, with the target as the client sent it."""
    request_size: int
    """Number of bytes received."""
    response: bytes
    response_size: int
    timing: Timing
    output: str = ""
    """The last lines that it printed."""
    error: dict[str, Any] | None = None
    """`error`, `file`, `line` and `traceback` of its failure."""
    exception: dict[str, Any] | None = None
    """`type`, `message` and `frames` of an exception of the function."""
    kind: str = "request"
    replay_of: str | None = None
    delivery: dict[str, Any] | None = None
    masked: tuple[str, ...] = ()
    """Names of headers whose values are lost: a file keeps them masked."""
    known_trace: TraceContext | None = None
    """The trace that it belongs to, unless it is that of its headers."""

    @property
    def trace(self) -> TraceContext:
        """The trace that it belongs to, from its head."""
        if self.known_trace is not None:
            return self.known_trace
        prefix, _, number = self.id.partition("-")
        parent = parse_traceparent(self._header(_TRACEPARENT)) or parse_cloud_trace(
            self._header(_CLOUD_TRACE)
        )
        return trace_context(prefix, int(number), parent)

    def _header(self, pattern: re.Pattern[bytes]) -> str | None:
        found = pattern.search(self.request, 0, HEAD_LIMIT)
        return found[1].decode("latin-1") if found else None

    @property
    def span(self) -> Span:
        """The runner's span, with names of OpenTelemetry's conventions for servers.

        No headers, no query and no body: a collector may be elsewhere.
        """
        trace, start = self.trace, int(self.at * 1e9)
        attributes: dict[str, Any] = {
            "http.request.method": self.method,
            "url.path": self.path,
            "faas.name": self.function,
        }
        if self.status:
            attributes["http.response.status_code"] = self.status
        return Span(
            trace_id=trace.trace_id,
            span_id=trace.span_id,
            parent_id=trace.parent_id,
            name=f"{self.method} {self.function}",
            kind="server",
            start=start,
            end=start + int(self.seconds * 1e9),
            status="error" if self.has_failed else "unset",
            attributes=attributes,
        )

    @property
    def has_failed(self) -> bool:
        return self.status == 0 or self.status >= _SERVER_ERROR or bool(self.error)

    @property
    def weight(self) -> int:
        """Approximate size in memory in bytes."""
        size = len(self.request) + len(self.response) + len(self.output) + _OVERHEAD
        if self.error is not None:
            size += len(self.error["traceback"])
        if self.exception is not None:
            size += 2 * len(str(self.exception))
        return size

    def summary(self, redaction: Redaction) -> dict[str, Any]:
        """Return the entry as it is listed."""
        trace = self.trace
        return {
            "id": self.id,
            "function": self.function,
            "unit": self.unit,
            "method": self.method,
            "path": self.path,
            "query": redaction.query(self.query),
            "status": self.status,
            "seconds": self.seconds,
            "received_at": rfc3339(self.at),
            "failed": self.has_failed,
            "timing": self.timing.to_json(),
            "origin": self.kind,
            "trace_id": trace.trace_id,
            "span_id": trace.span_id,
            "parent_id": trace.parent_id,
            "parent_by": trace.parent_by,
        }


def rfc3339(at: float) -> str:
    """Return a time in UTC with microseconds."""
    text = datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="microseconds")
    return text.replace("+00:00", "Z")
