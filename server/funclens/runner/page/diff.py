"""Tracks which parts of the page have changed for a reader."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.runner.events import Event

__all__ = ["LIST", "PageDiff"]

LIST = "list"
"""Key for the whole page: the functions have changed."""

_KEYS: dict[str, Callable[[Event], str]] = {
    "cold-start": lambda event: f"unit:{event['unit']}",
    "delivery": lambda event: f"function:{event['id']}",
    "functions-changed": lambda _: LIST,
    "request": lambda event: f"function:{event['id']}",
    "unit-state": lambda event: f"unit:{event['unit']}",
}


class PageDiff:
    """Event listener of one reader; stores keys only, so its size is bounded."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}
        self._wake = asyncio.Event()
        self._closed = False

    def put(self, event: Event) -> None:
        """Record what an event changes; called by the bus."""
        key_of = _KEYS.get(event["event"])
        if key_of is not None:
            self._keys[key_of(event)] = None
            self._wake.set()

    def close(self) -> None:
        """Wake the reader."""
        self._closed = True
        self._wake.set()

    async def take(self) -> list[str]:
        """Wait for changes and return their keys; empty when closed."""
        await self._wake.wait()
        if not self._closed:
            self._wake.clear()
        keys = [] if self._closed else list(self._keys)
        self._keys.clear()
        return keys
