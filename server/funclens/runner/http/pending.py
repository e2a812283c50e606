"""A request on its way to a worker."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.runner.http.origin import REQUEST, Origin
from funclens.runner.http.trace_context import with_trace_headers

if TYPE_CHECKING:
    import socket

    from funclens.runner.http.head import Head
    from funclens.runner.http.trace_context import TraceContext

__all__ = ["PendingRequest"]


@dataclass(slots=True, eq=False)
class PendingRequest:
    """A request of a function that has no response yet."""

    number: int
    function: str
    """Id of the function."""
    head: Head
    target: str
    """Request target as in production."""
    connection: socket.socket
    origin: Origin = REQUEST
    """What sent it."""
    arrived: float = field(default_factory=time.monotonic)
    handed: float = 0.0
    """Monotonic time at which it was passed to a worker; 0 before."""
    awaited_start: bool = False
    """Whether it waited for its worker to start."""
    worker_pid: int = 0
    """Process id of the worker that it was passed to."""
    trace: TraceContext | None = None
    """The trace it belongs to; None if it begins one that nobody else knows."""
    adds_trace: bool = False
    """Whether the function gets headers that say so."""

    @property
    def data(self) -> bytes:
        """Bytes read, with target and trace headers as in production."""
        data = self.head.with_target(self.target)
        if self.trace is None or not self.adds_trace:
            return data
        return with_trace_headers(data, self.trace)

    @property
    def port(self) -> int:
        """Port of the client; 0 if it has disconnected."""
        try:
            return int(self.connection.getpeername()[1])
        except OSError:
            return 0

    @property
    def seconds(self) -> float:
        """Time since the front door accepted the request."""
        return time.monotonic() - self.arrived
