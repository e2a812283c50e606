"""Bounded event queue of one listener.

When the queue is full, whole lines of output are dropped, and an `output-dropped` event
in their place counts them. Other events are coalesced: only the last of each kind is
kept per unit and function, so the listener misses intermediate states only.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Event", "Subscription"]

Event = dict[str, Any]

MANY_CHARACTERS = 1_048_576
"""Queued output above which functions that print wait briefly."""

MOST_CHARACTERS = 4 * MANY_CHARACTERS
"""Maximum queued output; more is dropped."""

MOST_EVENTS = 10_000
"""Queued events above which others are coalesced."""

_BATCH = 500
_BATCH_CHARACTERS = 262_144
"""Maximum size of a batch: encoding it blocks the event loop."""

Stream = tuple[str, str]
"""Unit, and `stdout` or `stderr`."""


class Subscription:
    """Ordered event queue of one listener."""

    def __init__(self, on_taken: Callable[[Subscription], None]) -> None:
        """`on_taken` is called after each `take` and `close`."""
        self.is_lagging = False
        """Whether nothing waits for this listener until its queue is empty."""
        self._on_taken = on_taken
        self._pending: deque[Event] = deque()
        self._latest: dict[tuple[str, ...], Event] = {}
        """Coalesced events, which follow the pending ones."""
        self._dropped: dict[Stream, Event] = {}
        """The `output-dropped` events that are pending."""
        self._is_cut: set[Stream] = set()
        """Streams whose next output continues a dropped line."""
        self._characters = 0
        self._wake = asyncio.Event()
        self.is_closed = False
        """Whether no more events are added."""

    @property
    def is_full(self) -> bool:
        """Whether functions that print should wait for this listener."""
        return not self.is_lagging and (
            self._characters > MANY_CHARACTERS or len(self._pending) > MOST_EVENTS // 2
        )

    @property
    def backlog(self) -> int:
        """Number of queued events."""
        return len(self._pending) + len(self._latest)

    def put(self, event: Event) -> None:
        """Add an event; called by the bus."""
        if event["event"] == "output":
            self._put_output(event)
        elif event["event"] == "output-dropped":
            self._put_dropped(event)
        elif self._latest or len(self._pending) >= MOST_EVENTS:
            kind = (event["event"], event.get("unit") or "", event.get("id") or "")
            self._latest.pop(kind, None)
            self._latest[kind] = event
        else:
            self._pending.append(event)
        self._wake.set()

    async def take(self) -> list[Event]:
        """Wait for events and return the next batch; empty when closed."""
        while not self._pending and not self.is_closed:
            self._wake.clear()
            await self._wake.wait()
        batch: list[Event] = []
        characters = 0
        while self._pending and len(batch) < _BATCH and characters < _BATCH_CHARACTERS:
            event = self._pending.popleft()
            batch.append(event)
            if event["event"] == "output":
                characters += len(event["text"])
            elif event["event"] == "output-dropped":
                stream = event["unit"], event["stream"]
                if self._dropped.get(stream) is event:
                    del self._dropped[stream]
        self._characters -= characters
        if not self._pending:
            self._pending.extend(self._latest.values())
            self._latest.clear()
            self.is_lagging = False
        self._on_taken(self)
        return batch

    def close(self) -> None:
        """End the subscription; what is queued can still be taken."""
        self.is_closed = True
        self._wake.set()
        self._on_taken(self)

    def _put_output(self, event: Event) -> None:
        stream, text = (event["unit"], event["stream"]), event["text"]
        is_full = self._characters + len(text) > MOST_CHARACTERS
        if self._dropped or is_full or len(self._pending) >= MOST_EVENTS:
            self._drop(stream, text)
            return
        if stream in self._is_cut:
            _, end, text = text.partition("\n")
            if end:
                self._is_cut.discard(stream)
            if not text:
                return
            event = {**event, "text": text}
        self._pending.append(event)
        self._characters += len(text)

    def _put_dropped(self, event: Event) -> None:
        """Add lines that no listener gets."""
        found = self._dropped.get((event["unit"], event["stream"]))
        if found is None:
            self._pending.append(event)
        else:
            found["lines"] += event["lines"]

    def _drop(self, stream: Stream, text: str) -> None:
        found = self._dropped.get(stream)
        if found is None:
            unit, name = stream
            found = {"event": "output-dropped", "unit": unit, "stream": name}
            found["reason"] = "slow-listener"
            found["lines"] = -1 if stream in self._is_cut else 0
            self._dropped[stream] = found
            self._pending.append(found)
        elif stream in self._is_cut:
            found["lines"] -= 1
        found["lines"] += text.count("\n")
        self._is_cut.discard(stream)
        if not text.endswith("\n"):
            self._is_cut.add(stream)
            found["lines"] += 1
