"""Keeps what units lack current, without blocking the event loop."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from funclens.environments import NeedsFinder
    from funclens.model import Need, Unit

__all__ = ["UnitNeeds"]


class UnitNeeds:
    """What each unit lacks; looked for in a thread when it may have changed."""

    def __init__(
        self,
        units: Callable[[], Sequence[Unit]],
        pythons: Callable[[], Mapping[str, str]],
        on_change: Callable[[], None],
    ) -> None:
        """`pythons` returns the settings `python` by workspace folder."""
        self.current: Mapping[str, Need] = {}
        """By unit id."""
        self._units = units
        self._pythons = pythons
        self._on_change = on_change
        self._finder: NeedsFinder | None = None
        self._is_stale = False
        self._task: asyncio.Task[None] | None = None

    def look(self) -> None:
        """Look again now, or after the current look."""
        self._is_stale = True
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._look())

    async def settle(self) -> None:
        """Wait until nothing is being looked for."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _look(self) -> None:
        while self._is_stale:
            self._is_stale = False
            found = await asyncio.to_thread(
                self._find, tuple(self._units()), dict(self._pythons())
            )
            if found != self.current:
                self.current = found
                self._on_change()

    def _find(
        self, units: Sequence[Unit], pythons: Mapping[str, str]
    ) -> Mapping[str, Need]:
        if self._finder is None:
            from funclens.environments import NeedsFinder  # noqa: PLC0415 - in a thread

            self._finder = NeedsFinder()
        return self._finder.find(units, pythons, os.environ)
