"""The reading end of a pipe on Windows, where event loops can't watch pipes.

A read is always under way. A thread waits until it is complete and tells the loop, in
which everything else happens.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["WindowsPipe"]

_CHUNK = 65_536
_INCOMPLETE = 996
"""ERROR_IO_INCOMPLETE, which the module lacks."""

_winapi: Any = importlib.import_module("_winapi")  # its types are of Windows only


class WindowsPipe:
    """Reads a handle that was opened for overlapped reads."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._loop = asyncio.get_running_loop()
        self._ready: Callable[[], None] | None = None
        self._is_over = False
        self._goes_on = threading.Semaphore(0)
        """Released for each read whose completion the thread is to wait for."""
        self._read: Any = None
        self._begin()
        threading.Thread(target=self._wait, daemon=True, name="funclens-pipe").start()

    def read(self) -> bytes:
        """Return what has been printed; empty at the end.

        Raises BlockingIOError if there is nothing yet.
        """
        if self._is_over:
            return b""
        try:
            _, error = self._read.GetOverlappedResult(False)
        except OSError:  # all that could write have ended
            self._end()
            return b""
        if error == _INCOMPLETE:
            raise BlockingIOError
        data = bytes(self._read.getbuffer())
        self._begin()
        return data

    def watch(self, ready: Callable[[], None]) -> None:
        """Call `ready` whenever there is something to read."""
        self._ready = ready
        self._loop.call_soon(self._tell)

    def unwatch(self) -> None:
        """Stop calling it."""
        self._ready = None

    def close(self) -> None:
        """Read no more."""
        self._ready = None
        if self._handle:
            if not self._is_over:
                self._read.cancel()
            self._end()
            _winapi.CloseHandle(self._handle)
            self._handle = 0

    def _begin(self) -> None:
        try:
            self._read, _ = _winapi.ReadFile(self._handle, _CHUNK, overlapped=True)
        except OSError:  # all that could write have ended
            self._end()
        else:
            self._goes_on.release()

    def _end(self) -> None:
        self._is_over = True
        self._goes_on.release()

    def _wait(self) -> None:
        """Wait for reads to complete; the next one begins when this one was taken."""
        while True:
            self._goes_on.acquire()
            read = self._read
            if not self._is_over:
                _winapi.WaitForSingleObject(read.event, _winapi.INFINITE)
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._tell)
            if self._is_over:
                return

    def _tell(self) -> None:
        """Call who watches if a read is complete."""
        if self._ready is None:
            return
        is_complete = self._is_over or self._is_signaled()
        if is_complete:
            self._ready()
            self._loop.call_soon(self._tell)

    def _is_signaled(self) -> bool:
        waited = _winapi.WaitForSingleObject(self._read.event, 0)
        return bool(waited == _winapi.WAIT_OBJECT_0)
