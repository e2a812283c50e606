"""Reads what a worker prints, in order with what it says about its requests.

A worker has printed before it reports a request, but on other channels: the reader of
the report has to `catch_up` first, or a request would seem to be over before its logs.
"""

from __future__ import annotations

import asyncio
import codecs
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.runner.events import EventBus

__all__ = ["OutputPipe"]

_CHUNK = 65_536
"""As much as a pipe holds: one read takes all that was printed until now."""


class OutputPipe:
    """The front door's end of a worker's stdout or stderr."""

    def __init__(
        self, descriptor: int, take: Callable[[str], None], bus: EventBus
    ) -> None:
        self._descriptor = descriptor
        self._take = take
        self._bus = bus
        self._decode = codecs.getincrementaldecoder("utf-8")("backslashreplace").decode
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._pause: asyncio.Task[None] | None = None
        os.set_blocking(descriptor, False)
        self._loop.add_reader(descriptor, self._read)

    def catch_up(self) -> None:
        """Take what has been printed until now, if the listeners keep up."""
        if self._pause is None and not self._ended.is_set():
            self._read()

    async def wait_ended(self) -> None:
        """Wait until everybody who could print has closed the pipe."""
        await self._ended.wait()

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, _CHUNK)
        except BlockingIOError:
            return
        if not data:
            self._loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._ended.set()
        elif text := self._decode(data):
            self._take(text)
            if not self._bus.has_room:
                self._loop.remove_reader(self._descriptor)
                self._pause = self._loop.create_task(self._wait_for_room())

    async def _wait_for_room(self) -> None:
        await self._bus.room()
        self._pause = None
        self._loop.add_reader(self._descriptor, self._read)
