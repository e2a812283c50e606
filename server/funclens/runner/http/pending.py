"""A request on its way to a worker."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    from funclens.runner.http.head import Head

__all__ = ["PendingRequest"]


@dataclass(frozen=True, slots=True, eq=False)
class PendingRequest:
    """A request that is a function's, until a worker has answered it."""

    number: int
    function: str
    """Id of the function."""
    head: Head
    target: str
    """The request target that production would see."""
    connection: socket.socket
    arrived: float = field(default_factory=time.monotonic)

    @property
    def data(self) -> bytes:
        """What was read, with the target that production would see."""
        return self.head.with_target(self.target)

    @property
    def seconds(self) -> float:
        """Time since the front door took the request."""
        return time.monotonic() - self.arrived
