"""Splits what a worker sends on its channel: events, and the bytes that follow some."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.runner.http.pending import PendingRequest

__all__ = ["WorkerReport", "WorkerReports"]

_LAST_WORDS = 20_000
"""Maximum characters of a dying worker's stack to keep."""


@dataclass(slots=True)
class WorkerReport:
    """One event of a worker."""

    event: dict[str, Any]
    received: bytes = b""
    """What is kept of the bytes that it received."""
    sent: bytes = b""
    """What is kept of the bytes that it sent."""
    request: PendingRequest | None = None
    """The request that the event ends, if the front door still has it."""


class WorkerReports:
    """Reads reports from bytes as they arrive; examines each byte once."""

    def __init__(self) -> None:
        self.last_words = ""
        """Lines that are no events: the stack of a dying worker."""
        self._data = bytearray()
        self._searched = 0
        """Number of bytes that have no line end in them."""
        self._event: dict[str, Any] | None = None
        """An event whose bytes haven't arrived yet."""
        self._follows = (0, 0)

    def feed(self, data: bytes) -> Iterator[WorkerReport]:
        """Yield the reports that are complete with these bytes."""
        self._data += data
        while True:
            if self._event is not None:
                if len(self._data) < sum(self._follows):
                    return
                yield self._with_bytes(self._event)
                self._event = None
                continue
            end = self._data.find(b"\n", self._searched)
            if end < 0:
                self._searched = len(self._data)
                return
            line = bytes(self._data[:end])
            del self._data[: end + 1]
            self._searched = 0
            if not line.startswith(b"{"):
                self.last_words += line.decode("ascii", "replace") + "\n"
                self.last_words = self.last_words[:_LAST_WORDS]
                continue
            event = json.loads(line)
            if "follows" in event:
                self._event, self._follows = event, event.pop("follows")
            else:
                yield WorkerReport(event)

    def _with_bytes(self, event: dict[str, Any]) -> WorkerReport:
        middle, end = self._follows[0], sum(self._follows)
        received, sent = bytes(self._data[:middle]), bytes(self._data[middle:end])
        del self._data[:end]
        return WorkerReport(event, received, sent)
