"""What happens in a runner, told to everybody who listens.

An event is a JSON object with `event` and, where there is one, `unit` and the
function's `id`. A listener that does not keep up holds back the output of the
functions (`room` waits), never the front door.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

__all__ = ["Event", "EventBus", "Subscription"]

Event = dict[str, Any]


class Subscription:
    """One listener's own queue of events, in order."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._pending: deque[Event] = deque()
        self._wake = asyncio.Event()
        self._closed = False

    @property
    def backlog(self) -> int:
        """How many events wait for the listener."""
        return len(self._pending)

    def put(self, event: Event) -> None:
        """Add an event; called by the bus."""
        self._pending.append(event)
        self._wake.set()

    async def take(self) -> list[Event]:
        """Wait for events; return all that are there. Empty when closed."""
        while not self._pending and not self._closed:
            self._wake.clear()
            await self._wake.wait()
        batch = list(self._pending)
        self._pending.clear()
        self._bus.made_room()
        return batch

    def close(self) -> None:
        """End the subscription; what is queued can still be taken."""
        self._closed = True
        self._wake.set()
        self._bus.remove(self)


class EventBus:
    """Hands each event to every subscription."""

    def __init__(self, limit: int = 1_000) -> None:
        self._limit = limit
        self._subscriptions: list[Subscription] = []
        self._room = asyncio.Event()
        self._room.set()

    def subscribe(self) -> Subscription:
        """Return a new listener's queue."""
        subscription = Subscription(self)
        self._subscriptions.append(subscription)
        return subscription

    def remove(self, subscription: Subscription) -> None:
        """Forget a listener."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
        self.made_room()

    def publish(self, event: str, **fields: Any) -> None:
        """Tell everybody."""
        for subscription in self._subscriptions:
            subscription.put({"event": event, **fields})
            if subscription.backlog > self._limit:
                self._room.clear()

    def made_room(self) -> None:
        """Let those that wait in `room` go on when nobody is behind."""
        if all(item.backlog <= self._limit for item in self._subscriptions):
            self._room.set()

    @property
    def has_room(self) -> bool:
        """Whether every listener keeps up."""
        return self._room.is_set()

    async def room(self) -> None:
        """Wait until every listener keeps up."""
        await self._room.wait()

    def close(self) -> None:
        """End every subscription after what it still has to take."""
        for subscription in list(self._subscriptions):
            subscription.close()
