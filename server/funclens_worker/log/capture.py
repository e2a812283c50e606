"""Keeps the bytes of a request and of its response, for the runner's history.

The front door keeps what it has read itself; only the rest is kept here.
"""

from __future__ import annotations

from typing import Any, List

MOST = 1_048_576
"""Maximum number of bytes of a body to keep."""

_MOST_SENT = MOST + 65_536
"""Maximum number of bytes of a response to keep, with its head."""


class Capture:
    """What one connection received after its head, and what it sent."""

    __slots__ = ("received", "received_size", "sent", "sent_size")

    def __init__(self) -> None:
        self.received: List[bytes] = []
        self.received_size = 0
        """Number of bytes received, also those that aren't kept."""
        self.sent: List[bytes] = []
        self.sent_size = 0
        """Number of bytes sent, also those that aren't kept."""

    def receive(self, data: bytes) -> None:
        """Record received bytes."""
        room = MOST - self.received_size
        if room > 0:
            self.received.append(data if len(data) <= room else bytes(data[:room]))
        self.received_size += len(data)

    def send(self, data: Any) -> None:
        """Record bytes of the response that are being sent."""
        before, size = self.sent_size, len(data)
        self.sent_size = before + size
        if before + size <= _MOST_SENT and type(data) is bytes:
            self.sent.append(data)
        elif before < _MOST_SENT:
            self.sent.append(bytes(data[: _MOST_SENT - before]))

    @property
    def kept(self) -> int:
        """Number of bytes that are kept, at most."""
        size = self.received_size + self.sent_size
        return size if size < MOST else MOST + _MOST_SENT

    @property
    def room(self) -> int:
        """Number of bytes of the response that would still be kept."""
        return max(0, _MOST_SENT - self.sent_size)

    def skip(self, size: int) -> None:
        """Record that bytes were sent that are not kept."""
        self.sent_size += size
