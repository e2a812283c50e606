"""Polls all files, if the system has no more watches.

Bounded: a walk stops after a number of entries, and the pause grows with its duration.
"""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING

from funclens.runner.background import in_thread
from funclens.runner.watch.problem import WatchProblem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

__all__ = ["ENTRIES_LIMIT", "Poll", "polled_files"]

ENTRIES_LIMIT = 50_000
"""Maximum number of files and folders to check; the rest isn't watched."""

PAUSE_SECONDS = 1.0
_SHARE = 20
"""Ratio of pause to walk: at most 5 % of a processor."""

_COARSE_NS = 20_000_000
"""File timestamps may be this coarse, in nanoseconds."""


async def polled_files(
    folders: Sequence[str],
    is_foreign: Callable[[str, str], bool],
    since: int,
    *,
    pause_seconds: float = PAUSE_SECONDS,
) -> AsyncIterator[list[str] | WatchProblem]:
    """Yield batches of absolute paths that were added, changed or removed. Never ends.

    The first batch contains changes since `since` (`time.time_ns()`).
    """
    poll = Poll(folders, is_foreign)
    changed = await in_thread(poll.first, since)
    if poll.is_cut_off:
        yield WatchProblem(
            f"hot reload watches the first {ENTRIES_LIMIT:,} files only",
            "exclude folders without functions, or start Funclens in a smaller folder",
        )
    while True:
        if changed:
            yield changed
        started = time.monotonic()
        changed = await in_thread(poll.look)
        taken = time.monotonic() - started
        if not changed:
            await asyncio.sleep(max(pause_seconds, taken * _SHARE))


class Poll:
    """State of all files at the last look."""

    def __init__(
        self,
        folders: Sequence[str],
        is_foreign: Callable[[str, str], bool],
        limit: int = ENTRIES_LIMIT,
    ) -> None:
        self.is_cut_off = False
        """Whether there are more entries than the limit."""
        self._folders = folders
        self._is_foreign = is_foreign
        self._limit = limit
        self._seen: dict[str, tuple[int, ...]] = {}

    def first(self, since: int) -> list[str]:
        """Look for the first time; return changes since then."""
        self.look()
        return sorted(
            path
            for path, (_, changed, *_) in self._seen.items()
            if changed > since - _COARSE_NS
        )

    def look(self) -> list[str]:
        """Return the files that changed since the last look."""
        before, self._seen = self._seen, self._walk()
        changed = {path for path, was in self._seen.items() if before.get(path) != was}
        return sorted(changed | (before.keys() - self._seen.keys()))

    def _walk(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        left = self._limit
        folders = list(reversed(self._folders))
        while folders and left > 0:
            folder = folders.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError:
                continue
            left -= len(entries)
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if not self._is_foreign(folder, entry.name):
                        folders.append(entry.path)
                elif (state := _state(entry)) is not None:
                    found[entry.path] = state
        self.is_cut_off = left <= 0
        return found


def _state(entry: os.DirEntry[str]) -> tuple[int, ...] | None:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
