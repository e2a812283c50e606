"""Event bus of a runner.

An event is a JSON object with `event` and, if applicable, `unit` and the function's
`id`. A slow listener delays functions that print for a moment (`room` waits) and then
loses output. It never delays the front door, and loses only output.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Protocol

from funclens.runner.standing_events import StandingEvents
from funclens.runner.subscription import Event, Subscription

__all__ = ["Event", "EventBus", "Listener", "Subscription"]

ROOM_SECONDS = 0.1
"""Maximum seconds that functions that print wait for slow listeners."""


class Listener(Protocol):
    """Receives every event immediately, in the front door's event loop."""

    def put(self, event: Event) -> None:
        """Receive an event, which is shared by all listeners."""

    def close(self) -> None:
        """Handle the end of events."""


class EventBus:
    """Passes each event to every listener."""

    def __init__(self) -> None:
        self.standing = StandingEvents()
        self._listeners: list[Listener] = [self.standing]
        self._subscriptions: list[Subscription] = []
        self._room = asyncio.Event()
        self._room.set()

    def subscribe(self) -> Subscription:
        """Return a new listener's queue."""
        subscription = Subscription(self._taken)
        self._subscriptions.append(subscription)
        self.attach(subscription)
        return subscription

    def attach(self, listener: Listener) -> None:
        """Pass every event from now on to a listener."""
        self._listeners.append(listener)

    def remove(self, listener: Listener) -> None:
        if listener in self._listeners:
            self._listeners.remove(listener)

    def publish(self, event: str, **fields: Any) -> None:
        """Publish an event to all listeners."""
        published = {"event": event, **fields}
        for listener in list(self._listeners):
            listener.put(published)
        if any(item.is_full for item in self._subscriptions):
            self._room.clear()

    @property
    def has_room(self) -> bool:
        """Whether every listener keeps up or has been given up for now."""
        return self._room.is_set()

    async def room(self) -> None:
        """Wait until every listener keeps up, for at most ROOM_SECONDS."""
        with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
            await asyncio.wait_for(self._room.wait(), ROOM_SECONDS)
        for subscription in self._subscriptions:
            subscription.is_lagging = subscription.is_lagging or subscription.is_full
        self._room.set()

    def close(self) -> None:
        """Close all listeners; subscriptions end after their pending events."""
        for listener in list(self._listeners):
            listener.close()

    def _taken(self, subscription: Subscription) -> None:
        if subscription.is_closed and subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
            self.remove(subscription)
        if not any(item.is_full for item in self._subscriptions):
            self._room.set()
