"""Writes to standard output from an event loop without ever holding it up."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from typing import Protocol

__all__ = ["Output", "open_output"]


class Output(Protocol):
    """Where text goes."""

    async def write(self, text: str) -> None:
        """Write all of it; wait while the reader does not keep up."""

    def close(self) -> None:
        """Let go of what was opened."""


async def open_output() -> Output:
    """Return the writer that fits what standard output is.

    A pipe is written without blocking, a file at once. A terminal can be halted
    by its user and is shared with other programs: it is written in a thread.
    """
    mode = os.fstat(sys.stdout.fileno()).st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        loop = asyncio.get_running_loop()
        own = os.fdopen(os.dup(sys.stdout.fileno()), "wb", 0)
        transport, protocol = await loop.connect_write_pipe(
            asyncio.streams.FlowControlMixin, own
        )
        return _Pipe(asyncio.StreamWriter(transport, protocol, None, loop))
    return _Terminal() if stat.S_ISCHR(mode) and sys.stdout.isatty() else _File()


class _Pipe:
    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def write(self, text: str) -> None:
        try:
            self._writer.write(text.encode("utf-8", "backslashreplace"))
            await self._writer.drain()
        except ConnectionError:  # nobody reads any more
            return

    def close(self) -> None:
        self._writer.close()


class _File:
    async def write(self, text: str) -> None:
        _write(text)

    def close(self) -> None:
        return


class _Terminal(_File):
    async def write(self, text: str) -> None:
        await asyncio.to_thread(_write, text)


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):  # nobody reads any more
        return
