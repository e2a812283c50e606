"""Reads the output of a worker, in order with its reports about requests.

A worker prints before it reports a request, but over another channel. The reader of the
report must `catch_up` first, or a request would seem to end before its output.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
from typing import TYPE_CHECKING

from funclens.runner.processes.output_limit import OutputLimit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from funclens.runner.events import EventBus
    from funclens.runner.processes.platform.worker_process import OutputSource

__all__ = ["OutputPipe"]

_STRAY_SECONDS = 1.0
"""Seconds to read from a process that outlives its worker (never with a reaper)."""


class OutputPipe:
    """The front door's end of a worker's stdout or stderr."""

    def __init__(
        self,
        source: OutputSource,
        take: Callable[[str], None],
        drop: Callable[[int], None],
        bus: EventBus,
    ) -> None:
        """`drop` gets the number of lines that are left out."""
        self._source = source
        self._take = take
        self._drop = drop
        self._bus = bus
        self._decode = codecs.getincrementaldecoder("utf-8")("backslashreplace").decode
        self._loop = asyncio.get_running_loop()
        self._limit = OutputLimit(self._loop.time())
        self._ended = asyncio.Event()
        self._pause: asyncio.Task[None] | None = None
        self._is_over = False
        """Whether the worker is dead, so that reading never pauses."""
        source.watch(self._read)

    def catch_up(self) -> None:
        """Read everything printed so far, if the listeners keep up."""
        if self._pause is None and not self._ended.is_set():
            self._read()
            if self._limit.is_dropping:
                self._pass_on(self._limit.flush())

    async def wait_ended(self) -> None:
        """Read the remaining output of a dead worker without waiting for listeners.

        A process that outlives the worker is read for _STRAY_SECONDS.
        """
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
            self._source.watch(self._read)
        self._is_over = True
        with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
            await asyncio.wait_for(self._ended.wait(), _STRAY_SECONDS)
        self._close()

    def _read(self) -> None:
        try:
            data = self._source.read()
        except BlockingIOError:
            return
        if not data:
            self._close()
            return
        self._pass_on(self._limit.feed(data, self._loop.time()))
        if not self._bus.has_room and not self._is_over:
            self._source.unwatch()
            self._pause = self._loop.create_task(self._wait_for_room())

    def _pass_on(self, parts: Iterator[bytes | int]) -> None:
        for part in parts:
            if isinstance(part, int):
                self._drop(part)
            elif text := self._decode(part):
                self._take(text)

    def _close(self) -> None:
        if not self._ended.is_set():
            self._pass_on(self._limit.flush())
            self._source.close()
            self._ended.set()

    async def _wait_for_room(self) -> None:
        await self._bus.room()
        self._pause = None
        self._source.watch(self._read)
