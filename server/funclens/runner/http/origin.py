"""What sent a request: a client, a replay, or the delivery of an event.

The runner sends replays and deliveries through its own front door, where they are
recognized by the port that they come from.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

__all__ = ["REQUEST", "Origin", "Origins"]


@dataclass(slots=True, eq=False)
class Origin:
    """What sent a request, with what is known about it beside its bytes."""

    kind: str
    """`request`, `replay` or `delivery`."""
    replay_of: str | None = None
    """Id of the request that is sent again."""
    delivery: dict[str, Any] | None = None
    """Of an event: `source`, `event_id`, `attempt`, and `result` once it is known."""
    trace_parent: tuple[str, str] | None = None
    """Trace and span that caused it, if an attribute of the event says so."""
    was_taken: bool = field(default=False, init=False)
    """Whether the front door found a function for it."""
    on_entry: Callable[[str | None], None] | None = field(default=None, init=False)
    """Called with the id in the history when the request is complete."""


REQUEST = Origin("request")
"""A request of any client."""


class Origins:
    """The connections that the runner makes to its own front door."""

    def __init__(self) -> None:
        self._by_port: dict[int, Origin] = {}

    @contextlib.contextmanager
    def expect(self, port: int, origin: Origin) -> Iterator[None]:
        """Give the request that comes from a local port an origin."""
        self._by_port[port] = origin
        try:
            yield
        finally:
            self._by_port.pop(port, None)

    def take(self, connection: socket.socket) -> Origin:
        """Return the origin of a request; costs nothing if none is expected."""
        if not self._by_port:
            return REQUEST
        try:
            port = int(connection.getpeername()[1])
        except OSError:
            return REQUEST
        origin = self._by_port.pop(port, None)
        if origin is None:
            return REQUEST
        origin.was_taken = True
        return origin
