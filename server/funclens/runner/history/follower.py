"""New entries of the history for one client."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from funclens.runner.history.entry import Entry

__all__ = ["Follower", "Removed"]

_MOST = 1_000
"""Maximum number of entries that wait for one follower."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Entries that were deleted from the history."""

    ids: tuple[str, ...] | None
    """None for all that there were."""


class Follower:
    """Entries that one client has not received yet."""

    def __init__(self) -> None:
        self.is_closed = False
        self._entries: deque[Entry | Removed] = deque(maxlen=_MOST)
        self._wake = asyncio.Event()
        self._missed = 0

    def put(self, entry: Entry | Removed) -> None:
        """Add an entry; the oldest one is dropped if there are too many."""
        self._missed += len(self._entries) == _MOST
        self._entries.append(entry)
        self._wake.set()

    async def take(self) -> list[Entry | Removed]:
        """Wait for entries and return them; none when closed."""
        while not self._entries and not self.is_closed:
            self._wake.clear()
            await self._wake.wait()
        entries = [*self._entries]
        self._entries.clear()
        return entries

    def missed(self) -> int:
        """Return how many entries were dropped since the last time."""
        missed, self._missed = self._missed, 0
        return missed

    def close(self) -> None:
        """Wake the reader for the last time."""
        self.is_closed = True
        self._wake.set()
