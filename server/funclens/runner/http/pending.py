"""A request on its way to a worker."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from funclens.runner.http.origin import REQUEST, Origin

if TYPE_CHECKING:
    import socket

    from funclens.runner.http.head import Head

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

    @property
    def data(self) -> bytes:
        """Bytes read, with the target as in production."""
        return self.head.with_target(self.target)

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
