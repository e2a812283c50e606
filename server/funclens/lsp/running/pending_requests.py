"""Requests sent from the editor that take longer than a moment.

Most get their response before a person could read that they are pending: only the
others are shown, so that lenses do not flicker.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PendingRequests"]


class PendingRequests:
    """A timer for each function that a request was sent to."""

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
        """Show a request that was sent now, if its response takes long."""
        self._after(self._patience, self._show, function)

    def end(self, function: str) -> None:
        """Hide a request: the runner reported how it ended."""
        if function in self._timers:
            self._timers.pop(function).cancel()
        self._hide(function)

    def end_soon(self, function: str) -> None:
        """Hide a request soon, if the runner does not report its end before."""
        self._after(self._grace, self._hide, function)

    def _after(self, seconds: float, act: Callable[[str], None], function: str) -> None:
        if function in self._timers:
            self._timers[function].cancel()
        loop = asyncio.get_running_loop()
        self._timers[function] = loop.call_later(seconds, act, function)
