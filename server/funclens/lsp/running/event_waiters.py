"""Lets a command wait for what the runner will tell about a unit or a function."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EventWaiters"]


class EventWaiters:
    """Futures of events that have not happened yet."""

    def __init__(self) -> None:
        self._waiting: dict[
            tuple[str, str], list[asyncio.Future[Mapping[str, Any]]]
        ] = {}

    def next(self, name: str, subject: str) -> asyncio.Future[Mapping[str, Any]]:
        """Return what will hold the next event of a name about a unit or function.

        A unit that is on its way to a state is not told of. The future holds the
        `stopped` event when the runner ends before.
        """
        future = asyncio.get_running_loop().create_future()
        self._waiting.setdefault((name, subject), []).append(future)
        return future

    def tell(self, event: Mapping[str, Any]) -> None:
        """Hand an event to those that wait for it."""
        name = event.get("event", "")
        if name == "stopped":
            futures = [item for items in self._waiting.values() for item in items]
            self._waiting.clear()
        elif name == "unit-state" and event["state"] != "starting":
            futures = self._waiting.pop((name, event["unit"]), [])
        elif name == "request":
            futures = self._waiting.pop((name, event.get("id") or ""), [])
        else:
            return
        for future in futures:
            if not future.done():
                future.set_result(event)
