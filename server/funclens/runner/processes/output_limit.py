"""Bounds what a worker prints: whole lines are dropped above a rate. Pure.

A function that prints without end would otherwise keep the front door and every
listener busy, and fill the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BURST_BYTES", "OutputLimit"]

BURST_BYTES = 64 * 1_048_576
"""Maximum size of what is printed at once."""
_BYTES_PER_SECOND = 8 * 1_048_576
"""What is printed on average, beyond a burst."""
_RESUME_BYTES = _BYTES_PER_SECOND
"""What must be allowed again before dropping ends, so that gaps are few."""
_LAST_BYTES = 4_096
"""The last output that is kept of a gap."""


class OutputLimit:
    """The limit of one stream of a worker."""

    def __init__(self, now: float) -> None:
        """`now` is in seconds, of any clock."""
        self._allowed = float(BURST_BYTES)
        self._at = now
        self.is_dropping = False
        """Whether output is left out."""
        self._lines = 0
        """Number of dropped lines, with those that `_last` holds."""
        self._last = b""
        """The end of what was dropped."""

    def feed(self, data: bytes, now: float) -> Iterator[bytes | int]:
        """Yield what of new output passes, and numbers of lines that were dropped."""
        since, self._at = now - self._at, now
        allowed = min(self._allowed + since * _BYTES_PER_SECOND, BURST_BYTES)
        if self.is_dropping and allowed >= _RESUME_BYTES:
            yield from self.flush()
            self.is_dropping = False
        elif not self.is_dropping and allowed < len(data):
            self.is_dropping = True
            line, end, data = data.partition(b"\n")
            yield line + end
        if self.is_dropping:
            self._lines += data.count(b"\n")
            self._last = (self._last + data[-_LAST_BYTES:])[-_LAST_BYTES:]
        else:
            allowed -= len(data)
            yield data
        self._allowed = allowed

    def flush(self) -> Iterator[bytes | int]:
        """Yield the number of lines that were dropped, and the last ones of them."""
        last, lines = self._last.partition(b"\n")[2], self._lines
        self._last, self._lines = b"", 0
        lines -= last.count(b"\n")
        if lines > 0:
            yield lines
        if last:
            yield last
