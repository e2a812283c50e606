"""Event bus of a runner.

An event is a JSON object with `event` and, where there is one, `unit` and the
function's `id`. A listener that does not keep up holds back the output of the
functions (`room` waits), never the front door.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Protocol

__all__ = ["Event", "EventBus", "Listener", "Subscription"]

Event = dict[str, Any]


class Listener(Protocol):
    """Who is told of every event, at once and in the front door's own loop."""

    @property
    def backlog(self) -> int:
        """How many events wait; too many hold back the output of the functions."""

    def put(self, event: Event) -> None:
        """Take an event."""

    def close(self) -> None:
        """Take note that no more events come."""


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
    """Hands each event to every listener."""

    def __init__(self, limit: int = 1_000) -> None:
        self._limit = limit
        self._listeners: list[Listener] = []
        self._room = asyncio.Event()
        self._room.set()

    def subscribe(self) -> Subscription:
        """Return a new listener's queue."""
        subscription = Subscription(self)
        self.attach(subscription)
        return subscription

    def attach(self, listener: Listener) -> None:
        """Tell a listener of every event from now on."""
        self._listeners.append(listener)

    def remove(self, listener: Listener) -> None:
        """Forget a listener."""
        if listener in self._listeners:
            self._listeners.remove(listener)
        self.made_room()

    def publish(self, event: str, **fields: Any) -> None:
        """Tell everybody."""
        for listener in self._listeners:
            listener.put({"event": event, **fields})
            if listener.backlog > self._limit:
                self._room.clear()

    def made_room(self) -> None:
        """Let those that wait in `room` go on when nobody is behind."""
        if all(item.backlog <= self._limit for item in self._listeners):
            self._room.set()

    @property
    def has_room(self) -> bool:
        """Whether every listener keeps up."""
        return self._room.is_set()

    async def room(self) -> None:
        """Wait until every listener keeps up."""
        await self._room.wait()

    def close(self) -> None:
        """Tell every listener; subscriptions end after what they still have to take."""
        for listener in list(self._listeners):
            listener.close()
