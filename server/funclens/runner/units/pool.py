"""Supervisors of a runner: one per unit, or per isolated function."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.errors import RunnerError
from funclens.runner.processes.env_files import environment_files
from funclens.runner.processes.memory.memory_watch import MemoryWatch
from funclens.runner.processes.starter import WorkerStarter
from funclens.runner.units.capacity import Capacity
from funclens.runner.units.limits import UnitLimits, limits_of
from funclens.runner.units.refusals import Refusals
from funclens.runner.units.status import UnitState, UnitStatus
from funclens.runner.units.supervisor import UnitSupervisor
from funclens.runner.units.unit_workers import UnitWorkers
from funclens.runner.units.worker_manifest import (
    Served,
    build_manifest,
    service_variables,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from funclens.model import Catalog, Function, Unit
    from funclens.runner.events import EventBus
    from funclens.runner.history.history import History
    from funclens.runner.http.replies import Replies
    from funclens.runner.processes.options import WorkerOptions
    from funclens.runner.processes.prestart import Prestarted
    from funclens.runner.units.loaded_files import LoadedFiles

__all__ = ["WorkerPool"]

_LAUNCHER_SECONDS = 1.0
"""Maximum seconds for the idle launcher to exit."""

_BY_URGENCY = (
    UnitState.FAILED,
    UnitState.STARTING,
    UnitState.READY,
    UnitState.IDLE,
)


class WorkerPool:
    """Finds, replaces and ends the workers of one catalog."""

    def __init__(
        self,
        catalog: Catalog,
        options: WorkerOptions,
        bus: EventBus,
        replies: Replies,
        prestarted: Prestarted | None = None,
        *,
        history: History,
    ) -> None:
        self.catalog = catalog
        """The catalog being served; replaced by `update`."""
        self._options = options
        self._bus = bus
        self.refusals = Refusals(bus, replies, history)
        self._starter = WorkerStarter(options, bus, prestarted, history.tracing)
        self._units: dict[str, Unit] = {unit.id: unit for unit in catalog.units}
        self._supervisors: dict[tuple[str, str | None], UnitSupervisor] = {}
        """By unit id and, for isolated functions, function id."""
        self._capacity = Capacity(self._starter, self._supervisors.values())
        self._memory = MemoryWatch(bus)
        self._held: set[str] = set()
        """Files saved while hot reload was off in a folder, as real paths."""
        self._ending: dict[asyncio.Task[None], UnitSupervisor] = {}
        """Supervisors of removed units, by the task that waits for their workers."""
        self._loop = asyncio.get_running_loop()

    @property
    def statuses(self) -> list[UnitStatus]:
        """The status of every unit, in catalog order."""
        return [self._status(unit) for unit in self._units]

    @property
    def starting(self) -> list[str]:
        """Ids of the units that are loading."""
        found = [s.status for s in self._supervisors.values()]
        starting = UnitState.STARTING
        return [status.unit for status in found if status.state is starting]

    def start_all(self) -> None:
        """Start the workers that aren't running."""
        for function in self.catalog.functions:
            self.supervisor_of(function).start()

    def update(self, catalog: Catalog, changed: Iterable[str] = ()) -> None:
        """Serve a new catalog; replace the workers whose code has changed.

        `changed` are absolute paths of changed files. Where hot reload is off, workers
        keep the code that they have.
        """
        if catalog is not self.catalog:
            self._take(catalog)
        paths = {os.path.realpath(path) for path in changed}
        if not all(options.reload for options in self._options.folders.values()):
            self._held |= paths
        for supervisor in self._supervisors.values():
            unit = supervisor.served.unit
            if not self._options.folder(unit.folder).reload:
                continue
            files = sorted(p for p in paths if self._concerns(p, supervisor))
            if files:
                self._starter.keeps_standby = True
                self._bus.publish("reload", unit=unit.id, files=files)
                supervisor.replace(files)

    def configure(self, options: WorkerOptions) -> None:
        """Apply what settings say; replace the workers that a change concerns."""
        before, was = self._options, self._options.folders
        self._options = replace(
            before,
            folders={**was, **options.folders},
            body_limit=options.body_limit,
            captures=options.captures,
        )
        shared = before.body_limit, before.captures > 0
        self._starter.options = self._options
        for key, supervisor in list(self._supervisors.items()):
            unit, only = supervisor.served.unit, key[1]
            folder = self._options.folder(unit.folder)
            is_same = shared == (options.body_limit, options.captures > 0)
            if is_same and folder == before.folder(unit.folder):
                continue
            self._bus.publish("reload", unit=unit.id, files=[])
            if folder.isolate_functions == (only is not None):
                supervisor.served = self._served(*key)
                supervisor.replace()
            else:
                self._regroup(key)
        saved = set(self._held)
        if all(options.reload for options in self._options.folders.values()):
            self._held.clear()
        self.update(self.catalog, saved)

    def interpreters(self) -> list[str]:
        """Return the interpreters of the units, each once. Looks at files."""
        return self._starter.interpreters(self._units.values())

    def is_debugged(self, unit: str) -> bool:
        """Return whether a worker of a unit has a debugger, which may hold requests."""
        return self._status(unit).debug is not None

    def add_environment(self, extra: Mapping[str, str]) -> None:
        """Give workers that start from now on additional environment variables."""
        before = self._options
        self._options = replace(before, environ={**before.environ, **extra})
        self._starter.options = self._options

    def supervisor_of(self, function: Function) -> UnitSupervisor:
        """Return the supervisor of the worker for a function."""
        is_isolated = self._options.folder(function.folder).isolate_functions
        key = (function.unit, function.id if is_isolated else None)
        found = self._supervisors.get(key)
        if found is None:
            limits = UnitLimits(function.unit, self.refusals, self._memory)
            found = self._supervisors[key] = UnitSupervisor(
                function.unit,
                self._served(*key),
                UnitWorkers(self._starter, self._capacity, limits),
                bus=self._bus,
                refusals=self.refusals,
            )
        return found

    def supervisors_of(self, name: str) -> list[UnitSupervisor]:
        """Return the supervisors of a unit, or of one function, by id.

        Raises RunnerError if there is no such unit or function.
        """
        found = [
            item for item in self.catalog.functions if name in (item.unit, item.id)
        ]
        if not found:
            known = ", ".join(self._units) or "none"
            raise RunnerError(f"no unit '{name}'; units: {known}")
        return list(dict.fromkeys(self.supervisor_of(item) for item in found))

    async def stop(self, seconds: float) -> None:
        """Drain all workers for `seconds`, then kill them."""
        deadline = self._loop.time() + seconds
        supervisors = [*self._supervisors.values(), *self._ending.values()]
        await asyncio.gather(*(item.stop(seconds) for item in supervisors))
        await asyncio.gather(*self._ending)
        await self._starter.flush()
        self._starter.close(max(_LAUNCHER_SECONDS, deadline - self._loop.time()))

    def kill(self) -> None:
        """Kill all workers immediately."""
        for supervisor in [*self._supervisors.values(), *self._ending.values()]:
            supervisor.kill()

    def _take(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._units = {unit.id: unit for unit in catalog.units}
        functions = {function.id for function in catalog.functions}
        for key, supervisor in list(self._supervisors.items()):
            unit, only = key
            if unit in self._units and (only is None or only in functions):
                before, supervisor.served = supervisor.served, self._served(unit, only)
                if supervisor.served.limits != before.limits:
                    supervisor.replace()
                continue
            self._end(key)

    def _end(self, key: tuple[str, str | None]) -> None:
        """Let a supervisor's worker finish what it has taken."""
        supervisor = self._supervisors.pop(key)
        task = self._loop.create_task(supervisor.stop(self._options.drain_seconds))
        self._ending[task] = supervisor
        task.add_done_callback(self._ending.pop)

    def _regroup(self, key: tuple[str, str | None]) -> None:
        """Let other supervisors serve what waits, as isolation has changed."""
        waiting = self._supervisors[key].waiting.take()
        self._end(key)
        functions = {function.id: function for function in self.catalog.functions}
        for request in waiting:
            function = functions.get(request.function)
            if function is None:
                self.refusals.gone(key[0], request)
            else:
                self.supervisor_of(function).deliver(request)

    def _served(self, unit: str, only: str | None) -> Served:
        manifest = build_manifest(
            self.catalog,
            self._units[unit],
            threads=self._options.threads,
            body_limit=self._options.body_limit,
            captures=self._options.captures,
            first=self._options.target,
            only=only,
        )
        if only is None:
            return Served(self._units[unit], manifest, {})
        function = next(f for f in self.catalog.functions if f.id == only)
        is_limited = self._options.folder(self._units[unit].folder).limits
        limits = limits_of(function) if is_limited else None
        extra = service_variables(function)
        return Served(self._units[unit], manifest, extra, limits)

    def _status(self, unit: str) -> UnitStatus:
        found = [s.status for s in self._supervisors.values() if s.status.unit == unit]
        return min(
            found,
            key=lambda status: _BY_URGENCY.index(status.state),
            default=UnitStatus(unit),
        )

    def _concerns(self, path: str, supervisor: UnitSupervisor) -> bool:
        """Return whether a changed file affects a worker."""
        files, status = supervisor.files, supervisor.status
        if files.is_unchanged(path):
            return False
        files.changed(path)
        failed_file = status.failure.file if status.failure is not None else None
        if path == failed_file or files.is_stale(path):
            return True
        unit = supervisor.served.unit
        root = os.path.realpath(unit.root) + os.sep
        is_module = path.endswith(".py") and path.startswith(root)
        if is_module and _may_miss(files, status.state, path):
            return True
        named = self._options.folder(unit.folder).env_file
        named_files = environment_files(unit.root, unit.folder, named)
        if path in {os.path.realpath(file) for file in named_files}:
            return True
        return path.startswith(f"{root}templates{os.sep}")


def _may_miss(files: LoadedFiles, state: UnitState, path: str) -> bool:
    """Return whether a worker may have missed a change of a module.

    A ready worker has reported the modules it loaded.
    """
    if state is UnitState.STARTING:
        return files.may_be_missed(path)
    return state is not UnitState.READY
