"""Watches folders with watchfiles: FSEvents on macOS, change notifications on Windows.

Unlike inotify, the system watches whole trees, and tells of a save while it is written:
events are collected until none has come for a moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from typing import TYPE_CHECKING, Any

from funclens.runner.background import in_thread
from funclens.runner.watch.polling import Poll

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

__all__ = ["saved_files"]

_STEP_MS = 20
"""Interval in milliseconds at which watchfiles reads events."""

# Where it isn't installed, the import of this module says so.
_watchfiles: Any = importlib.import_module("watchfiles")


async def saved_files(
    folders: Sequence[str], is_foreign: Callable[[str, str], bool], since: int
) -> AsyncIterator[list[str]]:
    """Yield batches of absolute paths that were added, changed or removed.

    Changes since `since` (`time.time_ns()`) and before the watch began are the first
    batch. Never ends.
    """
    batches: AsyncGenerator[set[tuple[object, str]], None] = _watchfiles.awatch(
        *folders, step=_STEP_MS, debounce=5 * _STEP_MS
    )
    coming = asyncio.ensure_future(batches.__anext__())
    try:
        missed = await in_thread(Poll(folders, is_foreign).first, since)
        if missed:
            yield missed
        while True:
            batch = await coming
            coming = asyncio.ensure_future(batches.__anext__())
            yield sorted({path for _, path in batch})
    finally:
        coming.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await coming
