"""Requests from the editor without a prompt response.

Most responses arrive at once. Only slow requests are shown as pending, so that lenses
don't flicker.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PendingRequests"]


class PendingRequests:
    """One timer per function with a pending request."""

    def __init__(
        self,
        show: Callable[[str], None],
        hide: Callable[[str], None],
        *,
        patience: float = 0.4,
        grace: float = 1.0,
    ) -> None:
        self._show = show
        self._hide = hide
        self._patience = patience
        self._grace = grace
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def begin(self, function: str) -> None:
        """Start the timer; the request is shown if it takes long."""
        self._after(self._patience, self._show, function)

    def end(self, function: str) -> None:
        """Hide the request after the runner reported its result."""
        if function in self._timers:
            self._timers.pop(function).cancel()
        self._hide(function)

    def end_soon(self, function: str) -> None:
        """Hide the request soon, unless the runner reports its result first."""
        self._after(self._grace, self._hide, function)

    def _after(self, seconds: float, act: Callable[[str], None], function: str) -> None:
        if function in self._timers:
            self._timers[function].cancel()
        loop = asyncio.get_running_loop()
        self._timers[function] = loop.call_later(seconds, act, function)
