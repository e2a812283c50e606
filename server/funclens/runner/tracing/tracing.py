"""Decides which trace a request belongs to when it arrives.

A request belongs to the trace that its headers name. One without them that a worker
sends while it handles requests of one trace belongs to that trace: it is recognized by
the process that made the connection.
"""

from __future__ import annotations

import os
import time
from collections import deque
from typing import TYPE_CHECKING

from funclens.runner.http.trace_context import (
    has_trace_headers,
    parse_cloud_trace,
    parse_traceparent,
    trace_context,
)
from funclens.runner.tracing.connection_owner import find_owner
from funclens.runner.tracing.otlp import reads_protobuf
from funclens.runner.tracing.span_exporter import SpanExporter, collector_of
from funclens.runner.tracing.spans import SpanStore
from funclens.runner.tracing.telemetry_environment import TelemetryAddress

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping

    from funclens.runner.events import EventBus
    from funclens.runner.http.pending import PendingRequest
    from funclens.runner.tracing.spans import Span

__all__ = ["Tracing"]

_MOST_OPEN = 64
"""Requests that are considered as senders: the last ones."""

LOOKUPS_A_SECOND = 50
"""Maximum number of searches for the sender."""

LOOKUPS_UNDER_LOAD = 5
"""The same after a second with more requests than could be looked at."""

MOST_SPENT = 0.02
"""Processor time for these searches, in each second; a worker may have many files."""


class Tracing:
    """The traces of one runner."""

    def __init__(
        self, prefix: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`prefix` are eight hexadecimal digits, the same as those of the history."""
        self.is_on = False
        """Whether somebody wants to know."""
        self.adds_headers = False
        """Whether functions get headers as in production."""
        self.secret = os.urandom(16).hex()
        """Lets workers send spans, and nothing else."""
        self.address: TelemetryAddress | None = None
        """Where functions send their spans."""
        self.exporter: SpanExporter | None = None
        self.spans = SpanStore()
        self._prefix = prefix
        self._clock = clock
        self._open: deque[PendingRequest] = deque(maxlen=_MOST_OPEN)
        self._lookups = 0
        self._most_lookups = LOOKUPS_A_SECOND
        self._spent = 0.0
        self._second = 0

    def begin(self, request: PendingRequest) -> None:
        """Set the trace of a request, unless its headers say it and are passed on."""
        if not self.is_on and not self.adds_headers:
            return
        parent, by = request.origin.trace_parent, "attribute"
        if parent is None and has_trace_headers(request.head.data):
            parent, by = _sent_parent(request), "header"
        if parent is None and self._open and self._may_look():
            parent, by = self._caller(request.connection), "connection"
        if parent is not None or self.adds_headers:
            request.trace = trace_context(self._prefix, request.number, parent, by)
        request.adds_trace = self.adds_headers
        self._open.append(request)

    def sender_of(self, connection: socket.socket) -> tuple[str, str] | None:
        """Return trace and span of the request whose function made a connection."""
        if not self._open or not self._may_look():
            return None
        return self._caller(connection)

    def open(
        self, url: str, bus: EventBus, environ: Mapping[str, str] = os.environ
    ) -> None:
        """Add headers from now on, and receive spans at the runner's address.

        They are sent on if `environ` names a collector.
        """
        self.adds_headers = True
        self.address = TelemetryAddress(url, self.secret)

        def warn(problem: str, hint: str = "") -> None:
            message = f"spans are not exported: {problem}"
            bus.publish("warning", message=message, hint=hint)

        try:
            found = collector_of(environ)
        except ValueError as error:
            warn(str(error), "set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf")
        else:
            if found is not None and not found[0].startswith(url):
                self.exporter = SpanExporter(*found, warn)
        if not reads_protobuf():
            bus.publish(
                "warning",
                message="spans of OpenTelemetry are not received: package "
                "'opentelemetry-proto' is not installed",
                hint="install Funclens with it: pip install 'funclens[otel]'",
            )

    def received(
        self, spans: list[Span], body: bytes, kind: str, encoding: str
    ) -> None:
        """Keep spans that a function sent; `body`, of a content type, as it came."""
        self.spans.add(spans)
        if self.exporter is not None:
            self.exporter.forward(body, kind, encoding)

    async def flush(self, seconds: float) -> None:
        """Wait until spans have been sent on, at most `seconds`."""
        if self.exporter is not None:
            await self.exporter.flush(seconds)

    def _caller(self, connection: socket.socket) -> tuple[str, str] | None:
        """Return trace and span of the request whose function made a connection."""
        by_worker: dict[int, list[PendingRequest]] = {}
        for other in self._open:
            if other.worker_pid and other.connection.fileno() >= 0:
                by_worker.setdefault(other.worker_pid, []).append(other)
        if not by_worker:
            return None
        began = time.thread_time()
        pid = find_owner(connection, by_worker)
        self._spent += time.thread_time() - began
        if pid is None:
            return None
        contexts = [self._context(other) for other in by_worker[pid]]
        if len({trace_id for trace_id, _ in contexts}) > 1:
            return None  # any of them may have sent it
        return contexts[-1]

    def _context(self, request: PendingRequest) -> tuple[str, str]:
        context = request.trace or trace_context(self._prefix, request.number, None)
        return context.trace_id, context.span_id

    def _may_look(self) -> bool:
        second = int(self._clock())
        if second != self._second:
            is_loaded = self._second == second - 1 and self._lookups > LOOKUPS_A_SECOND
            self._most_lookups = LOOKUPS_UNDER_LOAD if is_loaded else LOOKUPS_A_SECOND
            self._second, self._lookups, self._spent = second, 0, 0.0
        self._lookups += 1
        return self._lookups <= self._most_lookups and self._spent < MOST_SPENT


def _sent_parent(request: PendingRequest) -> tuple[str, str] | None:
    head = request.head
    return parse_traceparent(head.header("traceparent")) or parse_cloud_trace(
        head.header("X-Cloud-Trace-Context")
    )
