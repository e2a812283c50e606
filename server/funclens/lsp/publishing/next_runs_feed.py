"""Feed of when scheduled functions run next, for lenses and a client's views."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from funclens.features.next_run import next_run_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.model import Catalog, Function

__all__ = ["NEXT_RUNS_CHANGED", "NextRunsFeed"]

NEXT_RUNS_CHANGED = "funclens/nextRunsChanged"

_LONGEST_WAIT = 600.0
"""Seconds after which the clock is looked at again: machines sleep."""


class NextRunsFeed:
    """Sends all next runs when a schedule changes and when a run has passed."""

    def __init__(
        self, send: Callable[[str, Any], None], on_passed: Callable[[], None]
    ) -> None:
        """`on_passed` is called when other runs are next because of the time."""
        self._send = send
        self._on_passed = on_passed
        self._functions: list[Function] = []
        self._runs: list[dict[str, str]] = []
        self._is_followed = False
        self._timer: asyncio.TimerHandle | None = None

    def all(self) -> list[dict[str, str]]:
        """Return the next runs and start sending changes."""
        self._is_followed = True
        return self._runs

    def publish(self, catalog: Catalog) -> None:
        """Send the next runs if they differ from those that were sent."""
        scheduled = [
            item
            for item in catalog.functions
            if item.triggers and any(one.kind == "schedule" for one in item.triggers)
        ]
        if scheduled != self._functions:
            self._functions = scheduled
            self._look()

    def _look(self) -> bool:
        now = datetime.now(timezone.utc)
        found = [
            (item, run)
            for item in self._functions
            if (run := next_run_of(item, now)) is not None
        ]
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if found:
            soonest = min((run - now).total_seconds() for _, run in found)
            loop = asyncio.get_running_loop()
            wait = min(max(soonest, 0.0) + 0.5, _LONGEST_WAIT)
            self._timer = loop.call_later(wait, self._look_again)
        runs = [
            {
                "id": item.id,
                "at": run.isoformat(timespec="seconds"),
                "text": f"{run:%a %d %b %H:%M %Z}",
            }
            for item, run in found
        ]
        has_changed = runs != self._runs
        self._runs = runs
        if has_changed and self._is_followed:
            self._send(NEXT_RUNS_CHANGED, {"runs": runs})
        return has_changed

    def _look_again(self) -> None:
        if self._look():
            self._on_passed()
