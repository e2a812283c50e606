"""Events of emulators that don't repeat them: kept here until they are delivered."""

from __future__ import annotations

import asyncio
import time
from itertools import count
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.runner.emulators.deliverer import Attempt

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.model import Function
    from funclens.requests.request import Request
    from funclens.runner.emulators.deliverer import Delivery
    from funclens.runner.emulators.redelivery import Redelivery

__all__ = ["Kept", "PendingDeliveries"]

_AT_ONCE = 8
"""Maximum number of events that are delivered at a time."""
_MOST = 1_000
"""Maximum number of events that are kept: delivered, or waiting for another attempt."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An event for one function."""

    function: Callable[[], Function | None]
    """Returns the current function, or None if it is gone."""
    request_for: Callable[[Function], Request]
    source: str
    """The source, for people."""
    type: str
    event_id: str
    policy: Redelivery


class PendingDeliveries:
    """Delivers events, several at a time, and failed ones again."""

    def __init__(
        self, delivery: Delivery, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`now` is a clock in seconds."""
        self._delivery = delivery
        self._now = now
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_full(self) -> bool:
        """Whether another event would be too many."""
        return len(self._tasks) >= _MOST

    def add(self, kept: Kept) -> None:
        """Deliver an event."""
        task = asyncio.create_task(self._deliver(kept))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def room(self) -> None:
        """Wait until an event could be delivered at once, to slow down its sender."""
        async with self._slots:
            pass

    async def close(self) -> None:
        """Give up all events."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver(self, kept: Kept) -> None:
        start = self._now()
        for number in count(1):
            attempt = Attempt(
                kept.source, kept.type, kept.event_id, number, kept.policy
            )
            attempt.age = self._now() - start
            async with self._slots:
                function = kept.function()
                if function is None:
                    return
                request = kept.request_for(function)
                await self._delivery.post(function, request, attempt)
            self._delivery.publish(function, attempt)
            if attempt.result != "retrying":
                return
            await asyncio.sleep(kept.policy.backoff_seconds(number))
