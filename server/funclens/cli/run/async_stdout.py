"""Write to standard output and error from an event loop without blocking it.

Text that fits in a pipe is written immediately, because waking a thread for each line
delays requests. A daemon thread waits for a full pipe, a paused terminal or a slow
disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import select
import stat
import threading
from functools import partial
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

__all__ = ["Output"]

_MOST_WAITING = 100
"""Maximum queued texts of `write_soon`."""


class Output:
    """Writer for one stream of this process.

    It writes to the descriptor: Python aborts at exit when a daemon thread holds the
    lock of `sys.stdout`.
    """

    def __init__(self, stream: TextIO | None) -> None:
        """`stream` is None if it was closed before the program began."""
        self._descriptor = -1
        self._encoding = "utf-8"
        self._write: Callable[[memoryview], int] = partial(os.write, -1)
        with contextlib.suppress(AttributeError, OSError, ValueError):
            assert stream is not None  # noqa: S101 - suppressed below
            stream.flush()
            self._descriptor = stream.fileno()
            self._encoding = stream.encoding
            self._write = writer_of(stream)
        self._never_blocks = _never_blocks(self._descriptor)
        self._loop = asyncio.get_running_loop()
        self._queued = 0
        """Texts that the thread has not written."""
        self._texts: queue.SimpleQueue[tuple[str, asyncio.Future[None]]]
        self._texts = queue.SimpleQueue()
        threading.Thread(target=self._work, daemon=True, name="funclens-output").start()

    async def write(self, text: str) -> None:
        """Write all of the text; wait while the reader is slow."""
        if not self._write_now(text):
            await self._queue(text)

    def write_soon(self, text: str) -> None:
        """Queue the text; drop it when too much is queued."""
        if not self._write_now(text) and self._queued < _MOST_WAITING:
            self._queue(text)

    def _write_now(self, text: str) -> bool:
        """Write a text that is next and can't block; return False otherwise."""
        if self._queued or not self._never_blocks:
            return False
        data = text.encode(self._encoding, "backslashreplace")
        if len(data) > select.PIPE_BUF:
            return False
        if not select.select([], [self._descriptor], [], 0)[1]:
            return False
        with contextlib.suppress(OSError):  # the reader is gone
            os.write(self._descriptor, data)
        return True

    def _queue(self, text: str) -> asyncio.Future[None]:
        future = self._loop.create_future()
        self._queued += 1
        self._texts.put((text, future))
        return future

    def _work(self) -> None:
        while True:
            text, future = self._texts.get()
            with contextlib.suppress(
                OSError
            ):  # the reader is gone, or the disk is full
                self._write_all(text.encode(self._encoding, "backslashreplace"))
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._settle, future)

    def _write_all(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            with contextlib.suppress(BlockingIOError):
                left = left[self._write(left) :]
                continue
            # Another program made it non-blocking.
            select.select([], [self._descriptor], [])

    def _settle(self, future: asyncio.Future[None]) -> None:
        self._queued -= 1
        if not future.done():
            future.set_result(None)


def _never_blocks(descriptor: int) -> bool:
    """Return whether PIPE_BUF bytes can be written at once if `select` says so.

    That holds for the null device and for pipes
    (https://man7.org/linux/man-pages/man7/pipe.7.html).
    """
    if not hasattr(select, "PIPE_BUF"):  # on Windows, only sockets can be asked
        return False
    try:
        found = os.fstat(descriptor)
        if stat.S_ISCHR(found.st_mode):
            return found.st_rdev == os.stat(os.devnull).st_rdev  # noqa: PTH116
    except OSError:
        return False
    return stat.S_ISFIFO(found.st_mode)


def writer_of(stream: TextIO, os_name: str = os.name) -> Callable[[memoryview], int]:
    """Return a function that writes bytes to a stream without its lock.

    A console of Windows would take bytes for another encoding; its raw stream doesn't.
    """
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    if os_name == "posix" or raw is None:
        return partial(os.write, stream.fileno())
    return cast("Callable[[memoryview], int]", raw.write)
