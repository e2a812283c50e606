"""Write to standard output from an event loop without blocking it."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from typing import Protocol

__all__ = ["Output", "open_output"]


class Output(Protocol):
    """Destination of text."""

    async def write(self, text: str) -> None:
        """Write all of the text; wait while the reader is slow."""

    def close(self) -> None:
        """Release resources."""


async def open_output() -> Output:
    """Return a writer for the kind of standard output.

    A pipe is written without blocking, a file directly. A terminal can be paused by
    its user and shares its flags with other programs, so a thread writes to it.
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
        except ConnectionError:  # the reader is gone
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
    except (BrokenPipeError, ValueError):  # the reader is gone
        return
