"""Loads each unit of a catalog in a fresh interpreter, one after the other."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.cold_start import ColdStart, cold_start_of
from funclens.dataclass import dataclass
from funclens.errors import FunclensError
from funclens.runner.event_loop import run_in_loop
from funclens.runner.events import EventBus
from funclens.runner.processes.starter import WorkerStarter
from funclens.runner.units.status import (
    UnitFailure,
    ended_while_loading,
    not_started,
)
from funclens.runner.units.worker_manifest import build_manifest
from funclens_worker.contract import EventName

if TYPE_CHECKING:
    from funclens.model import Catalog, Unit
    from funclens.runner.processes.options import WorkerOptions
    from funclens.runner.processes.platform.kept_requests import LeftRequests
    from funclens.runner.processes.worker import WorkerConnection
    from funclens.runner.processes.worker_exit import WorkerExit
    from funclens.runner.processes.worker_reports import WorkerReport

__all__ = ["FreshLoad", "load_units"]

LOAD_SECONDS = 240.0
"""Maximum seconds for a unit to load; Cloud Run gives a container as long."""

_LAUNCHER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class FreshLoad:
    """How one unit was loaded."""

    unit: Unit
    cold_start: ColdStart | None = None
    """None if it failed to load."""
    failure: UnitFailure | None = None


def load_units(
    catalog: Catalog, options: WorkerOptions, budget: float
) -> list[FreshLoad]:
    """Load every unit; one that exceeds the budget, in seconds, a second time.

    The first load may have to read packages from a disk and to compile them, which the
    image of a container holds compiled: the faster load counts.
    """
    return run_in_loop(_load_units(catalog, options, budget))


async def _load_units(
    catalog: Catalog, options: WorkerOptions, budget: float
) -> list[FreshLoad]:
    bus = EventBus()
    loads = []
    with closing(_Loader(catalog, options, bus)) as loader:
        for unit in catalog.units:
            load = await loader.load(unit)
            if load.cold_start and load.cold_start.seconds > budget:
                again = await loader.load(unit)
                if again.cold_start:
                    load = min(load, again, key=_seconds)
            loads.append(load)
    return loads


def _seconds(load: FreshLoad) -> float:
    return load.cold_start.seconds if load.cold_start else 0.0


class _Loader:
    def __init__(self, catalog: Catalog, options: WorkerOptions, bus: EventBus) -> None:
        self._catalog = catalog
        self._options = options
        self._starter = WorkerStarter(options, bus)

    def close(self) -> None:
        self._starter.close(_LAUNCHER_SECONDS)

    async def load(self, unit: Unit) -> FreshLoad:
        """Load a unit in a worker of its own, which ends."""
        manifest = build_manifest(self._catalog, unit, threads=self._options.threads)
        observer = _Observer(unit)
        try:
            spec = await self._starter.plan(unit, {}, debug=False)
            worker = self._starter.start_executed(
                spec, replace(manifest, keeps_bytecode=True), observer
            )
        except FunclensError as error:
            return FreshLoad(unit, failure=not_started(error))
        try:
            return await asyncio.wait_for(observer.load(), LOAD_SECONDS)
        except (TimeoutError, asyncio.TimeoutError):
            seconds = f"{LOAD_SECONDS:.0f} s"
            failure = UnitFailure(f"the module was not loaded within {seconds}")
            return FreshLoad(unit, failure=failure)
        finally:
            worker.kill()
            await observer.exited.wait()


class _Observer:
    """Waits for the reports of a worker that loads a unit."""

    def __init__(self, unit: Unit) -> None:
        self.exited = asyncio.Event()
        self._unit = unit
        self._cold_start: ColdStart | None = None
        self._failure: UnitFailure | None = None
        self._known = asyncio.Event()

    async def load(self) -> FreshLoad:
        await self._known.wait()
        return FreshLoad(self._unit, self._cold_start, self._failure)

    def on_event(self, _worker: WorkerConnection, event: dict[str, Any]) -> None:
        """Record how the load ended."""
        if event["event"] == EventName.IMPORTS:
            self._cold_start = cold_start_of(event)
        elif event["event"] == EventName.IMPORT_ERROR:
            self._failure = UnitFailure.from_json(event["error"])
        else:
            return
        self._known.set()

    def on_request(self, _worker: WorkerConnection, _report: WorkerReport) -> None:
        """Get no reports, because there are no requests."""

    def on_death(
        self, _worker: WorkerConnection, _end: WorkerExit, _left: LeftRequests
    ) -> None:
        """Wait for the worker's last output."""

    def on_exit(self, worker: WorkerConnection, end: WorkerExit) -> None:
        """Record the end of a worker that may never have loaded the module."""
        if not self._known.is_set():
            self._failure = ended_while_loading(end, worker.stderr_tail)
            self._known.set()
        self.exited.set()
