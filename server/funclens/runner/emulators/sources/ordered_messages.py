"""Messages with an ordering key: one after another, and a failed one holds up its key.

The emulator gives out several messages of a key at once, so their order is kept here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Received = Mapping[str, Any]

__all__ = ["OrderedMessages"]

_MOST = 1_000
"""Messages that are kept, as in Google's clients; then no more are taken."""


class OrderedMessages:
    """Delivers the messages of each key in the order in which they are added."""

    def __init__(self, deliver: Callable[[Received], Awaitable[int | None]]) -> None:
        """`deliver` returns the pause in seconds before it is called again, if any."""
        self._deliver = deliver
        self._queues: dict[str, deque[Received]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0
        self._changed = asyncio.Event()

    def add(self, key: str, received: Received) -> None:
        """Deliver a message after those of its key that were added before."""
        self._count += 1
        queue = self._queues.get(key)
        if queue is not None:
            queue.append(received)
            return
        self._queues[key] = deque([received])
        task = asyncio.create_task(self._serve(key))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def room(self) -> None:
        """Wait while there are too many messages."""
        while self._count >= _MOST:
            self._changed.clear()
            await self._changed.wait()

    def clear(self) -> list[asyncio.Task[None]]:
        """Forget all messages; return the tasks to cancel."""
        self._queues.clear()
        self._count = 0
        return [*self._tasks]

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # the emulator is gone, and who pulls notices

    async def _serve(self, key: str) -> None:
        queue = self._queues[key]
        while queue:
            pause = await self._deliver(queue[0])
            if pause is not None:
                await asyncio.sleep(pause)
                continue
            queue.popleft()
            self._count -= 1
            self._changed.set()
        del self._queues[key]
