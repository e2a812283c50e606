"""Write to standard output and error from an event loop without blocking it.

Only a daemon thread waits for a full pipe, a paused terminal or a slow disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import select
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
        with contextlib.suppress(AttributeError, OSError, ValueError):
            assert stream is not None  # noqa: S101 - suppressed below
            stream.flush()
            self._descriptor = stream.fileno()
            self._encoding = stream.encoding
        self._loop = asyncio.get_running_loop()
        self._texts: queue.SimpleQueue[tuple[str, asyncio.Future[None]]]
        self._texts = queue.SimpleQueue()
        threading.Thread(target=self._work, daemon=True, name="funclens-output").start()

    async def write(self, text: str) -> None:
        """Write all of the text; wait while the reader is slow."""
        future = self._loop.create_future()
        self._texts.put((text, future))
        await future

    def write_soon(self, text: str) -> None:
        """Queue the text; drop it when too much is queued."""
        if self._texts.qsize() < _MOST_WAITING:
            self._texts.put((text, self._loop.create_future()))

    def _work(self) -> None:
        while True:
            text, future = self._texts.get()
            with contextlib.suppress(
                OSError
            ):  # the reader is gone, or the disk is full
                _write(
                    self._descriptor, text.encode(self._encoding, "backslashreplace")
                )
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(_settle, future)


def _write(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        with contextlib.suppress(BlockingIOError):
            left = left[os.write(descriptor, left) :]
            continue
        select.select([], [descriptor], [])  # another program made it non-blocking


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
