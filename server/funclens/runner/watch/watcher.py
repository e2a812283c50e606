"""Watches files with the best available method; reports failures."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING

from funclens.runner.background import in_thread
from funclens.runner.watch.polling import polled_files
from funclens.runner.watch.problem import WatchLimitError, WatchProblem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

__all__ = ["watched_files"]

_SHORT_SECONDS = 5.0
"""A watch that fails sooner is replaced by polling."""

_RETRY_SECONDS = 1.0


async def watched_files(
    folders: Sequence[str], is_foreign: Callable[[str, str], bool], since: int
) -> AsyncIterator[list[str] | WatchProblem]:
    """Yield batches of absolute paths that were added, changed or removed.

    `is_foreign(parent, name)` returns whether to skip a folder. Changes since `since`
    (`time.time_ns()`) are in the first batch. Ends only if the watching package isn't
    installed; any other failure is reported, and files are watched again or polled.
    """
    package = "asyncinotify" if sys.platform == "linux" else "watchfiles"
    try:
        # In a thread: the import may search for the C library.
        saved_files = await in_thread(_backend)
    except ModuleNotFoundError:
        yield WatchProblem(
            f"hot reload is off: package '{package}' is not installed",
            f"install it: {sys.executable} -m pip install {package}",
        )
        return
    except ImportError as error:  # its library doesn't load on this system
        yield WatchProblem(f"hot reload falls back to polling: {error}")
        async for change in _polled(folders, is_foreign, since):
            yield change
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
            yield WatchProblem(f"watching files failed, restarting: {reason}")
        yield list(folders)  # report changes missed in the meantime
    async for change in _polled(folders, is_foreign, since):
        yield change


def _backend() -> Callable[..., AsyncIterator[list[str]]]:
    if sys.platform == "linux":
        from funclens.runner.watch.inotify import saved_files  # noqa: PLC0415
    else:
        from funclens.runner.watch.native_watch import saved_files  # noqa: PLC0415
    return saved_files


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
            yield WatchProblem(f"polling files failed: {reason}")
            await asyncio.sleep(_RETRY_SECONDS)
