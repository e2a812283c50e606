"""Watches as well as the system lets it, and never stops silently."""

from __future__ import annotations

import asyncio
import importlib
import sys
import time
from typing import TYPE_CHECKING, Any

from funclens.runner.background import in_thread
from funclens.runner.watch.polling import polled_files
from funclens.runner.watch.problem import WatchLimitError, WatchProblem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

__all__ = ["watched_files"]

_STEP_MS = 20
"""How often watchfiles reads what the system reports, in milliseconds."""

_SHORT_SECONDS = 5.0
"""A watch that fails after less than this is not tried again: polling follows."""

_RETRY_SECONDS = 1.0


async def watched_files(
    folders: Sequence[str], is_foreign: Callable[[str, str], bool], since: int
) -> AsyncIterator[list[str] | WatchProblem]:
    """Return batches of files and folders that came, changed or went, absolute.

    `is_foreign(parent, name)` tells which folders need no watch. What has changed
    since `since` (`time.time_ns()`) is in the first batch. Ends only when the package
    that watches is not installed; whatever else fails is said, and files are watched
    again or looked at from time to time.
    """
    package = "asyncinotify" if sys.platform == "linux" else "watchfiles"
    try:
        # In a thread: its import may ask the system where the C library is.
        saved_files = await in_thread(_backend)
    except ModuleNotFoundError:
        yield WatchProblem(
            f"hot reload is off: package '{package}' is not installed",
            f"install it: {sys.executable} -m pip install {package}",
        )
        return
    while True:
        started = time.monotonic()
        try:
            async for batch in saved_files(folders, is_foreign, since):
                yield batch
                since = time.time_ns()
        except WatchLimitError as error:
            yield WatchProblem(f"hot reload falls back to polling: {error}", error.hint)
            break
        except Exception as error:  # noqa: BLE001 - it must not end silently
            reason = f"{type(error).__name__}: {error}"
            if time.monotonic() - started < _SHORT_SECONDS:
                yield WatchProblem(f"hot reload falls back to polling: {reason}")
                break
            yield WatchProblem(f"watching files failed and is started again: {reason}")
        yield list(folders)  # what went meanwhile is noticed by another look at all
    async for change in _polled(folders, is_foreign, since):
        yield change


def _backend() -> Callable[..., AsyncIterator[list[str]]]:
    if sys.platform != "linux":
        importlib.import_module("watchfiles")
        return _watchfiles
    from funclens.runner.watch.inotify import saved_files  # noqa: PLC0415

    return saved_files


if sys.platform != "linux":

    async def _watchfiles(
        folders: Sequence[str], _is_foreign: Any, _since: int
    ) -> AsyncIterator[list[str]]:
        from watchfiles import awatch  # noqa: PLC0415 - not installed on Linux

        async for batch in awatch(*folders, step=_STEP_MS, debounce=5 * _STEP_MS):
            yield sorted({path for _, path in batch})


async def _polled(
    folders: Sequence[str], is_foreign: Callable[[str, str], bool], since: int
) -> AsyncIterator[list[str] | WatchProblem]:
    while True:
        yield list(folders)
        try:
            async for change in polled_files(folders, is_foreign, since):
                yield change
                since = time.time_ns()
        except Exception as error:  # noqa: BLE001 - it must not end silently
            reason = f"{type(error).__name__}: {error}"
            yield WatchProblem(f"looking for changed files failed: {reason}")
            await asyncio.sleep(_RETRY_SECONDS)
