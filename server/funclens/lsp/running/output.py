"""Forwards the functions' output to the client, in batches when it is frequent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from funclens.printable import printable
from funclens.requests.delivery.delivery_words import (
    delivery_text,
    emulator_text,
    enqueued_text,
    wired_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["OutputBatch", "dropped_entry", "emulation_entry", "request_entry"]

_WINDOW_SECONDS = 0.03
"""Batching interval in seconds; too short to be noticed."""

_MOST_CHARACTERS = 262_144
"""Maximum characters per batch; more is sent at once."""


def request_entry(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the output entry for a request: one line in the stream `request`."""
    name = str(event.get("id") or "").rpartition(".")[2]
    query = f"?{event['query']}" if event.get("query") else ""
    status = event.get("status") or "no response"
    milliseconds = (event.get("seconds") or 0.0) * 1000
    asked = f"{name} {event.get('method')} {event.get('path')}{query}".lstrip()
    text = printable(f"{asked} → {status} · {milliseconds:.0f} ms") + "\n"
    return {"unit": event.get("unit"), "stream": "request", "text": text}


def emulation_entry(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the output entry for what emulators do, or None for another event.

    One line each: an emulator that is used, a source that is connected to a function
    or disconnected, a task that waits, a delivery, a warning with its hint.
    """
    name = str(event.get("id") or "").rpartition(".")[2]
    match event.get("event"):
        case "emulator":
            text = emulator_text(event)
        case "wired" | "unwired":
            text = wired_text(event, name)
        case "enqueued":
            text = enqueued_text(event, name)
        case "delivery":
            text = delivery_text(event, name)
        case "warning" if event.get("about") == "emulators":
            hint = f"\nhint: {event['hint']}" if event.get("hint") else ""
            text = f"warning: {event['message']}{hint}"
        case _:
            return None
    text = printable(text, lines=True) + "\n"
    return {"unit": event.get("unit") or "", "stream": "request", "text": text}


def dropped_entry(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry in place of dropped output."""
    lines = event.get("lines") or 0
    number = f"{lines:,} {'line' if lines == 1 else 'lines'}"
    is_too_much = event.get("reason") == "too-much"
    why = "the unit printed too much" if is_too_much else "printed faster than read"
    text = f"\n... {number} dropped: {why}\n"
    return {"unit": event.get("unit"), "stream": event.get("stream"), "text": text}


class OutputBatch:
    """Sends the first output immediately and batches what follows closely."""

    def __init__(self, send: Callable[[list[dict[str, Any]]], None]) -> None:
        self._send = send
        self._entries: list[dict[str, Any]] = []
        self._length = 0
        self._window: asyncio.TimerHandle | None = None

    def add(self, event: Mapping[str, Any]) -> None:
        """Add an `output` event; text of one stream is joined."""
        entry = {name: event.get(name) for name in ("unit", "stream", "text")}
        last = self._entries[-1] if self._entries else {}
        if (last.get("unit"), last.get("stream")) == (entry["unit"], entry["stream"]):
            last["text"] += entry["text"]
        else:
            self._entries.append(entry)
        self._length += len(entry["text"] or "")
        if self._window is None or self._length > _MOST_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        """Send the pending batch and start a new one."""
        if self._window is not None:
            self._window.cancel()
            self._window = None
        entries, self._entries, self._length = self._entries, [], 0
        if entries:
            self._send(entries)
            loop = asyncio.get_running_loop()
            self._window = loop.call_later(_WINDOW_SECONDS, self.flush)
