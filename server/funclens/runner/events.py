"""Event bus of a runner.

An event is a JSON object with `event` and, where there is one, `unit` and the
function's `id`. A listener that does not keep up holds back the output of the
functions for a moment (`room` waits); then it loses some. It never holds back the
front door, and no event but output is lost to it.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Protocol

from funclens.runner.subscription import Event, Subscription

__all__ = ["Event", "EventBus", "Listener", "Subscription"]

ROOM_SECONDS = 0.1
"""How long functions that print wait for listeners: a reader that works catches up."""


class Listener(Protocol):
    """Who is told of every event, at once and in the front door's own loop."""

    def put(self, event: Event) -> None:
        """Take an event, which belongs to every listener."""

    def close(self) -> None:
        """Take note that no more events come."""


class EventBus:
    """Hands each event to every listener."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
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
        """Tell a listener of every event from now on."""
        self._listeners.append(listener)

    def remove(self, listener: Listener) -> None:
        """Forget a listener."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def publish(self, event: str, **fields: Any) -> None:
        """Tell everybody."""
        told = {"event": event, **fields}
        for listener in list(self._listeners):
            listener.put(told)
        if any(item.is_full for item in self._subscriptions):
            self._room.clear()

    @property
    def has_room(self) -> bool:
        """Whether every listener keeps up, or has been given up for now."""
        return self._room.is_set()

    async def room(self) -> None:
        """Wait until every listener keeps up, but no longer than a moment."""
        with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
            await asyncio.wait_for(self._room.wait(), ROOM_SECONDS)
        for subscription in self._subscriptions:
            subscription.is_lagging = subscription.is_lagging or subscription.is_full
        self._room.set()

    def close(self) -> None:
        """Tell every listener; subscriptions end after what they still have to take."""
        for listener in list(self._listeners):
            listener.close()

    def _taken(self, subscription: Subscription) -> None:
        if subscription.is_closed and subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
            self.remove(subscription)
        if not any(item.is_full for item in self._subscriptions):
            self._room.set()
