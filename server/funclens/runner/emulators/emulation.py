"""What a runner does about emulators; nothing, unless it was asked to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.runner.background import in_thread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.model import Catalog
    from funclens.runner.emulators.emulator_set import Emulators
    from funclens.runner.events import EventBus
    from funclens.runner.history.history import History
    from funclens.runner.units.pool import WorkerPool

__all__ = ["Emulation"]


class Emulation:
    """The emulators of one runner, imported when they are asked for."""

    def __init__(self, bus: EventBus, *, is_on: bool) -> None:
        self._bus = bus
        self._is_on = is_on
        self._emulators: Emulators | None = None

    async def prepare(self, folders: Iterable[str], catalog: Catalog) -> dict[str, str]:
        """Choose the emulators; return the environment of the workers."""
        environ = dict(os.environ)
        if self._is_on:
            from funclens.runner.emulators.emulator_set import (  # noqa: PLC0415 - seldom
                Emulators,
            )

            found = await in_thread(Emulators, tuple(folders), environ, self._bus)
            found.need(catalog)
            self._emulators = found
            environ |= found.environment
        return environ

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which programs find the emulators."""
        return {} if self._emulators is None else self._emulators.environment

    @property
    def unconnected(self) -> list[str]:
        """Sources whose events don't reach their functions yet, in words."""
        return [] if self._emulators is None else self._emulators.unconnected

    def start(self, url: str, pool: WorkerPool, history: History) -> None:
        """Connect the functions of the runner at an address."""
        if self._emulators is not None:
            self._emulators.start(url, pool, history)

    def update(self, catalog: Catalog, pool: WorkerPool) -> None:
        """Connect the functions of another catalog."""
        if self._emulators is not None:
            if self._emulators.need(catalog):
                pool.add_environment(self._emulators.environment)
            self._emulators.update(catalog)

    async def close(self) -> None:
        """Disconnect all functions; end the emulators that were started."""
        emulators, self._emulators = self._emulators, None
        if emulators is not None:  # a save meanwhile connects nothing
            await emulators.close()
