"""The workers of a runner: which there are, what starts and replaces them.

Holds a slot for each unit (or each function, where a folder isolates them), the
guard that starts processes and the templates that fork them.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from funclens.errors import RunnerError
from funclens.runner.processes.environment import environment_files, read_environment
from funclens.runner.processes.launcher import Guard
from funclens.runner.processes.plan import debugger, plan_launch, resolve_python
from funclens.runner.processes.worker import WorkerLink
from funclens.runner.processes.zygote import Templates
from funclens.runner.units.status import UnitState, UnitStatus
from funclens.runner.units.supervisor import UnitSlot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from funclens.model import Catalog, Function, Unit
    from funclens.runner.events import EventBus
    from funclens.runner.http.responses import Answer
    from funclens.runner.processes.launcher import LaunchSpec
    from funclens.runner.processes.prestart import EarlyStart
    from funclens.runner.units.supervisor import Arrival
    from funclens_worker.contract import DebugSpec, Manifest

__all__ = ["FolderOptions", "WorkerOptions", "Workers"]

_BY_URGENCY = (
    UnitState.FAILED,
    UnitState.STARTING,
    UnitState.READY,
    UnitState.IDLE,
)


@dataclass(frozen=True, slots=True)
class FolderOptions:
    """What the settings of one workspace folder say about its workers."""

    python: str = ""
    """The interpreter that the setting names; empty to look for one."""
    env_file: tuple[str, ...] = ()
    """Env files, from the unit's folder or the workspace folder."""
    isolate_functions: bool = False
    """Whether each function gets a worker of its own."""


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What a runner's user says about all workers. Times are in seconds."""

    folders: Mapping[str, FolderOptions] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    """The environment that the runner was started with."""
    debug: bool = False
    """Whether every worker starts under debugpy."""
    target: str | None = None
    """Id of the function that FUNCTION_TARGET names in its unit."""
    threads: int = (os.cpu_count() or 1) * 4
    """Requests that one worker runs at once; the framework's own default."""
    body_limit: int = 0
    """Bytes of a body that are taken, also of one that comes in chunks; 0: all."""
    drain_seconds: float = 10.0
    """How long a replaced worker may go on with what it has."""


class Workers:
    """Starts, finds, replaces and ends the workers of one catalog."""

    def __init__(
        self,
        options: WorkerOptions,
        bus: EventBus,
        *,
        build_manifest: Callable[[Catalog, str, int], Manifest],
        answer: Callable[[Arrival, Answer], None],
        early: EarlyStart | None = None,
    ) -> None:
        self.bus = bus
        self.drain_seconds = options.drain_seconds
        self.debug_all = options.debug
        self.answer = answer
        self._options = options
        self._build_manifest = build_manifest
        self._catalog: Catalog | None = None
        self._units: dict[str, Unit] = {}
        self._slots: dict[str, UnitSlot] = {}
        self._endings: set[asyncio.Task[None]] = set()
        self._is_stopping = False
        self._is_edited = False
        """Whether somebody works on the code: then a spare worker pays."""
        self._loop = asyncio.get_running_loop()
        self._watch_guard(early.guard if early else Guard.execute())
        if early is not None and early.spec is not None and early.template is not None:
            self._templates.adopt(early.spec, early.template)

    @property
    def statuses(self) -> list[UnitStatus]:
        """The status of every unit, in the order of the catalog."""
        return [self._status(unit) for unit in self._units]

    def update(self, catalog: Catalog, changed: Iterable[str]) -> None:
        """Serve another catalog; replace the workers whose code has changed.

        `changed` are absolute paths of files that differ from before.
        """
        self._catalog = catalog
        self._units = {unit.id: unit for unit in catalog.units}
        known = {*self._units, *(function.id for function in catalog.functions)}
        for gone in self._slots.keys() - known:
            slot = self._slots.pop(gone)
            task = self._loop.create_task(slot.stop(self.drain_seconds))
            self._endings.add(task)
            task.add_done_callback(self._endings.discard)
        paths = {os.path.realpath(path) for path in changed}
        for slot in self._slots.values():
            unit = self._units[slot.status.unit]
            files = sorted(p for p in paths if self._concerns(p, slot, unit))
            if files:
                self._is_edited = True
                self.bus.publish("reload", unit=unit.id, files=files)
                slot.replace()

    def configure(self, folders: Mapping[str, FolderOptions]) -> None:
        """Take other settings; replace the workers whose Python or env files differ.

        How functions are isolated stays as it was when the runner started.
        """
        before = self._options.folders
        chosen = {
            name: replace(options, isolate_functions=known.isolate_functions)
            for name, options in folders.items()
            if (known := before.get(name)) is not None
        }
        self._options = replace(self._options, folders={**before, **chosen})
        for slot in self._slots.values():
            unit = self._units[slot.status.unit]
            if self._folder(unit.folder) != before.get(unit.folder, FolderOptions()):
                self.bus.publish("reload", unit=unit.id, files=[])
                slot.replace()

    def slot_of(self, function: Function) -> UnitSlot:
        """Return the slot that serves a function."""
        if not self._folder(function.folder).isolate_functions:
            return self._slot(function.unit, function.unit, None)
        return self._slot(function.id, function.unit, function.id)

    def slots_of(self, name: str) -> list[UnitSlot]:
        """Return the slots of a unit, or the one of a function, by id.

        Raises RunnerError when there is no such unit or function.
        """
        functions = [] if self._catalog is None else self._catalog.functions
        found = [item for item in functions if name in (item.unit, item.id)]
        if not found:
            known = ", ".join(self._units) or "none"
            raise RunnerError(f"No unit has this name: {name}. There are: {known}")
        return list(dict.fromkeys(self.slot_of(item) for item in found))

    def launch(self, slot: UnitSlot, debug: DebugSpec | None) -> WorkerLink:
        """Start a worker for a slot. Raises FunclensError when that fails."""
        if self._catalog is None:
            raise RunnerError("The runner has no functions yet.")
        unit = self._units[slot.status.unit]
        folder = self._folder(unit.folder)
        environ = read_environment(
            unit.root, unit.folder, folder.env_file, self._options.environ
        )
        python = resolve_python(unit.root, unit.folder, folder.python, environ)
        manifest = self._manifest(self._catalog, slot)
        if slot.only is not None:
            environ |= _service(manifest.functions[0].name)
        environ |= slot.extra
        spec = plan_launch(unit.root, python, environ, debug=debug is not None)
        if debug is not None:  # a debugger must not meet a forked process
            manifest = replace(manifest, debug=debugger())
            return WorkerLink(self._guard.start(spec), manifest, slot, self.bus)
        process, template = self._templates.start(spec)
        link = WorkerLink(process, manifest, slot, self.bus)
        link.on_ready = lambda modules: self._ready(spec, modules)
        link.on_end = template.worker_ended if template else None
        return link

    async def stop(self, seconds: float) -> None:
        """Let workers finish for `seconds`, then end them all and the guard."""
        self._is_stopping = True
        await asyncio.gather(*(slot.stop(seconds) for slot in self._slots.values()))
        await asyncio.gather(*self._endings)
        self._templates.close()
        self._loop.remove_reader(self._guard.socket)
        self._guard.close(seconds)

    def kill(self) -> None:
        """End every worker at once, whatever it does."""
        for slot in self._slots.values():
            slot.kill()

    def _ready(self, spec: LaunchSpec, modules: list[str]) -> None:
        self._templates.learn(spec, modules)
        if self._is_edited:
            self._templates.keep_spare(spec)

    def _watch_guard(self, guard: Guard) -> None:
        self._guard = guard
        self._templates = Templates(self._guard)
        self._loop.add_reader(self._guard.socket, self._guard_is_gone)

    def _guard_is_gone(self) -> None:
        self._loop.remove_reader(self._guard.socket)
        if not self._is_stopping:
            self._guard.close(1.0)
            self._watch_guard(Guard.execute())

    def _folder(self, folder: str) -> FolderOptions:
        return self._options.folders.get(folder, FolderOptions())

    def _slot(self, key: str, unit: str, only: str | None) -> UnitSlot:
        if key not in self._slots:
            self._slots[key] = UnitSlot(unit, self, only)
        return self._slots[key]

    def _manifest(self, catalog: Catalog, slot: UnitSlot) -> Manifest:
        """Return what a slot serves; its first function is the FUNCTION_TARGET."""
        unit = slot.status.unit
        manifest = self._build_manifest(catalog, unit, self._options.threads)
        first = slot.only or self._options.target
        functions = sorted(manifest.functions, key=lambda item: item.id != first)
        chosen = functions[:1] if slot.only else functions
        limit = self._options.body_limit
        return replace(manifest, functions=tuple(chosen), body_limit=limit)

    def _status(self, unit: str) -> UnitStatus:
        found = [s.status for s in self._slots.values() if s.status.unit == unit]
        return min(
            found,
            key=lambda status: _BY_URGENCY.index(status.state),
            default=UnitStatus(unit),
        )

    def _concerns(self, path: str, slot: UnitSlot, unit: Unit) -> bool:
        """Tell whether a changed file makes a slot's worker answer otherwise."""
        slot.changed(path)
        if slot.is_stale(path):
            return True
        root = os.path.realpath(unit.root) + os.sep
        if slot.status.state is not UnitState.READY and path.endswith(".py"):
            return path.startswith(root)
        named = self._folder(unit.folder).env_file
        files = environment_files(unit.root, unit.folder, named)
        if path in {os.path.realpath(file) for file in files}:
            return True
        return path.startswith(f"{root}templates{os.sep}")


def _service(name: str) -> dict[str, str]:
    """Return what Cloud Run tells a service of its name and revision."""
    return {
        "K_SERVICE": name,
        "K_REVISION": f"{name}-00001-loc",
        "K_CONFIGURATION": name,
    }
