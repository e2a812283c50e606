"""Sends the functions' own output to the client, many lines at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["OutputBatch"]

_MOST = 500
"""Entries in one message."""


class OutputBatch:
    """Gathers what arrives together and sends it as one message."""

    def __init__(self, send: Callable[[list[dict[str, Any]]], None]) -> None:
        self._send = send
        self._entries: list[dict[str, Any]] = []

    def add(self, event: Mapping[str, Any]) -> None:
        """Take an `output` event; it is sent in this turn of the event loop."""
        if not self._entries:
            asyncio.get_running_loop().call_soon(self.flush)
        names = ("unit", "stream", "text")
        self._entries.append({name: event.get(name) for name in names})
        if len(self._entries) >= _MOST:
            self.flush()

    def flush(self) -> None:
        """Send what is there."""
        entries, self._entries = self._entries, []
        if entries:
            self._send(entries)
