"""Reports requests to the front door; what the history needs of them may wait.

The history keeps the last requests only, so a worker that handles hundreds of requests
per second needn't describe each of them: what it has recorded waits here, the oldest
leave if there are too many, and the rest is reported every few seconds. A worker with
less to do reports everything at once.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any, Deque, List, Tuple

from funclens_worker.channel import Channel
from funclens_worker.contract import EventName

PER_SECOND = 20.0
"""Number of requests per second that are reported at once."""
_BURST = 100.0
_PAUSE_SECONDS = 3.0
_MOST_BYTES = 16 * 1024 * 1024
"""Maximum size of the bodies that wait."""
_BATCH_BYTES = 262_144
_LARGE = 65_536
"""Size in bytes that counts as another request."""


Recorded = Tuple[int, float, float, int, int, str, bytes, bytes]
"""Number of a request, monotonic times at which it was taken and at which the response
began (0 if it didn't), number of bytes received and sent, its output, and what is kept
of these bytes. Values only, which garbage collection needn't look at."""


def captured(recorded: Recorded) -> Tuple[List[Any], bytes, bytes]:
    """Return the number and the values of `capture`, bytes received and bytes sent."""
    number, taken, answered_at, received_size, sent_size, output = recorded[:6]
    first = round(answered_at - taken, 6) if answered_at else None
    item = [number, taken, first, received_size, sent_size, output]
    return item, recorded[6], recorded[7]


def _size(recorded: Recorded) -> int:
    return len(recorded[6]) + len(recorded[7])


class RequestReports:
    """The way of reports to the front door."""

    def __init__(self, channel: Channel, most: int) -> None:
        """`most` is the number of requests in the history."""
        self.channel = channel
        self._most = most
        self._lock = threading.Lock()
        self._waiting: Deque[Recorded] = deque()
        self._size = 0
        self._left = _BURST
        self._at = time.monotonic()
        self._is_due = False

    def may_report(self, size: int, now: float) -> bool:
        """Return whether a request with so many kept bytes is reported at once."""
        # Without a lock: threads that meet here report one more or one less.
        left = self._left + (now - self._at) * PER_SECOND
        self._at = now
        if left < 1.0:
            self._left = left
            return False
        self._left = min(left, _BURST) - 1.0 - size / _LARGE
        return True

    def add(self, recorded: Recorded) -> None:
        """Keep what is recorded of a request until it is reported with others."""
        with self._lock:
            self._waiting.append(recorded)
            self._size += _size(recorded)
            while len(self._waiting) > self._most or self._size > _MOST_BYTES:
                self._size -= _size(self._waiting.popleft())
            if self._is_due:
                return
            self._is_due = True
        thread = threading.Thread(target=self._report_later, name="funclens-history")
        thread.daemon = True
        thread.pydev_do_not_trace = True  # type: ignore[attr-defined]
        thread.start()

    def flush(self) -> None:
        """Report all that waits."""
        with self._lock:
            waiting, self._waiting = self._waiting, deque()
            self._size = 0
            self._is_due = False
        items: List[Any] = []
        raw: List[bytes] = []
        size = 0
        for recorded in waiting:
            item, received, sent = captured(recorded)
            items.append((*item, len(received), len(sent)))
            raw += (received, sent)
            size += len(received) + len(sent) + 200
            if size > _BATCH_BYTES:
                self._send(items, raw)
                items, raw, size = [], [], 0
        if items:
            self._send(items, raw)

    def _report_later(self) -> None:
        time.sleep(_PAUSE_SECONDS)
        self.flush()

    def _send(self, items: List[Any], raw: List[bytes]) -> None:
        follows: Tuple[int, int] = (sum(map(len, raw)), 0)
        self.channel.send(EventName.CAPTURES, raw=raw, items=items, follows=follows)
