"""Bytes from one socket to another, as fast as the slower of the two."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

__all__ = ["Flow", "FlowEnds"]

_CHUNK = 65_536
_CHUNKS = 8
"""Maximum number of chunks before other connections have their turn."""


class FlowEnds(NamedTuple):
    """What to call when a flow has stopped."""

    ended: Callable[[], None]
    """The source has ended, and everything was sent."""
    source_failed: Callable[[], None]
    sink_failed: Callable[[], None]


class Flow:
    """Keeps at most one chunk that the sink doesn't accept, and reads no more then."""

    def __init__(
        self, source: socket.socket, sink: socket.socket, ends: FlowEnds
    ) -> None:
        self.look: Callable[[bytes], None] | None = None
        """Gets the bytes before they are sent."""
        self._source = source
        self._sink = sink
        self._ends = ends
        self._loop = asyncio.get_running_loop()
        self._rest = memoryview(b"")
        self._is_stopped = False
        self._is_last = False
        """Whether what is there is all that comes."""
        self._discards = False

    def begin(self, first: bytes = b"") -> None:
        """Send `first`, then what comes."""
        if self._send(first):
            self._loop.add_reader(self._source, self.pump)

    def discard(self) -> None:
        """Read on, but send nothing more."""
        self._discards = True
        if self._rest and not self._is_stopped:
            self._rest = memoryview(b"")
            self._loop.remove_writer(self._sink)
            self._loop.add_reader(self._source, self.pump)

    def finish(self) -> None:
        """Send what is there, then end."""
        self._is_last = True
        if not self._rest:
            self.pump()

    def stop(self) -> None:
        """Leave both sockets alone; called before either is closed."""
        if not self._is_stopped:
            self._is_stopped = True
            self._loop.remove_reader(self._source)
            if self._rest:
                self._loop.remove_writer(self._sink)

    def pump(self) -> None:
        """Pass on what is there, in turns with other connections."""
        for _ in range(_CHUNKS):
            if self._is_stopped:
                return
            try:
                data = self._source.recv(_CHUNK)
            except BlockingIOError:
                if not self._is_last:
                    return
                data = b""
            except OSError:
                self.stop()
                self._ends.source_failed()
                return
            if not data:
                self.stop()
                self._ends.ended()
                return
            if self.look is not None:
                self.look(data)
            if not self._send(data):
                return

    def _send(self, data: bytes | memoryview) -> bool:
        """Send; return False if something is left, or can't be sent."""
        if self._discards or not data:
            return True
        try:
            sent = self._sink.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.stop()
            self._ends.sink_failed()
            return False
        had_rest, self._rest = bool(self._rest), memoryview(data)[sent:]
        if self._rest and not had_rest:
            self._loop.remove_reader(self._source)
            self._loop.add_writer(self._sink, self._send_rest)
        return not self._rest

    def _send_rest(self) -> None:
        if self._send(self._rest):
            self._loop.remove_writer(self._sink)
            self._loop.add_reader(self._source, self.pump)
            if self._is_last:
                self.pump()
