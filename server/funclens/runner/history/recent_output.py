"""Keeps the last lines that units printed, for those who ask later."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from funclens.runner.events import Event

__all__ = ["RecentOutput", "missing_lines", "printed"]

MOST_CHARACTERS = 1_048_576
"""Maximum number of characters of all units together."""
_OVERHEAD = 200
"""Approximate size of an event beside its text."""


class RecentOutput:
    """Event listener that keeps the last output."""

    def __init__(self) -> None:
        self._kept: deque[dict[str, Any]] = deque()
        self._size = 0

    def put(self, event: Event) -> None:
        """Keep an event with output; called by the bus."""
        if event["event"] == "output-dropped":
            event = {**event, "text": missing_lines(event)}
        elif event["event"] != "output":
            return
        text = event["text"][-MOST_CHARACTERS:]
        self._kept.append(printed({**event, "text": text}))
        self._size += len(text) + _OVERHEAD
        while self._size > MOST_CHARACTERS and len(self._kept) > 1:
            self._size -= len(self._kept.popleft()["text"]) + _OVERHEAD

    def close(self) -> None:
        """Do nothing: what was printed can still be read."""

    def of(self, unit: str) -> list[dict[str, Any]]:
        """Return the output of a unit, or of all units, in order."""
        return [item for item in self._kept if unit in ("", item["unit"])]


def printed(event: Event) -> dict[str, Any]:
    """Return an event with output as it is kept: with the time in seconds."""
    return {
        "at": round(time.time(), 6),
        "unit": event["unit"],
        "stream": event["stream"],
        "text": event["text"],
    }


def missing_lines(event: Event) -> str:
    """Return the line that stands for dropped output."""
    why = (
        "the unit printed too much"
        if event.get("reason") == "too-much"
        else "this reader is too slow"
    )
    return f"… {event['lines']} lines are missing: {why}\n"
