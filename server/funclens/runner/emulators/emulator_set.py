"""The emulators of a runner: which ones it needs, and who starts them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from funclens.runner.emulators.cloud_project import project_environment, project_id
from funclens.runner.emulators.deliverer import Delivery
from funclens.runner.emulators.emulator import Emulator, free_port
from funclens.runner.emulators.installed import EMULATORS, find_command
from funclens.runner.emulators.naming import Owner
from funclens.runner.emulators.sources.buckets import BucketWiring
from funclens.runner.emulators.sources.documents import DocumentWiring
from funclens.runner.emulators.sources.wiring import PubSubWiring
from funclens.runner.emulators.sources.wiring_context import WiringContext
from funclens.runner.emulators.tasks.cloud_tasks import CloudTasks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from funclens.model import Catalog
    from funclens.runner.emulators.installed import EmulatorKind
    from funclens.runner.events import EventBus
    from funclens.runner.history.history import History
    from funclens.runner.units.pool import WorkerPool

__all__ = ["Emulators"]

_Wiring = PubSubWiring | DocumentWiring | BucketWiring
_WIRINGS: Mapping[str, type[_Wiring]] = {
    "pubsub": PubSubWiring,
    "firestore": DocumentWiring,
    "storage": BucketWiring,
}
"""What delivers the events of each kind of trigger."""
_MOST_PRESTARTED = 8
"""Units whose workers start before their first event."""
_TASKS_VARIABLE = "CLOUD_TASKS_EMULATOR_HOST"


class Emulators:
    """Connects the functions of a runner to emulators.

    The constructor and `need` look at files; the rest is for the event loop.
    """

    def __init__(
        self, folders: Sequence[str], environ: Mapping[str, str], bus: EventBus
    ) -> None:
        self._owner = Owner(folders)
        self._environ = environ
        self._bus = bus
        self._project = project_id(folders, environ)
        self._emulators: dict[str, Emulator] = {}
        self._missing: set[str] = set()
        self._wirings: dict[str, _Wiring] = {}
        self._contexts: list[WiringContext] = []
        self._tasks: CloudTasks | None = None
        if not environ.get(_TASKS_VARIABLE):
            self._tasks = CloudTasks(self._project, self._warn)
        self._delivery: Delivery
        self._wired: set[tuple[str, str]] = set()
        """Functions and sources whose events reach them."""

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which functions find project and emulators."""
        found = project_environment(self._project, self._environ)
        for emulator in self._emulators.values():
            kind = emulator.kind
            found[kind.variable] = f"{kind.scheme}{emulator.host}"
        if self._tasks is not None:
            found[_TASKS_VARIABLE] = self._tasks.host
        return found

    @property
    def unconnected(self) -> list[str]:
        """Sources whose events don't reach their functions yet, in words."""
        return [
            source
            for wiring in (*self._wirings.values(), self._tasks)
            if wiring is not None
            for function, source in wiring.connecting
            if (function, source) not in self._wired
        ]

    def need(self, catalog: Catalog) -> bool:
        """Choose emulators for the triggers of a catalog; True if there are new ones.

        Nothing is started yet.
        """
        before = len(self._emulators)
        wanted = {
            trigger.kind for item in catalog.functions for trigger in item.triggers
        }
        for name, kind in EMULATORS.items():
            if name in self._emulators:
                continue
            host = (
                self._environ.get(kind.variable, "")
                .removeprefix(kind.scheme)
                .strip("/")
            )
            if host:
                self._emulators[name] = self._emulator(kind, host, None)
            elif name in wanted:
                self._choose(name, kind)
        return len(self._emulators) > before

    def _choose(self, name: str, kind: EmulatorKind) -> None:
        command = find_command(kind, self._environ)
        if command is not None:
            host = f"127.0.0.1:{free_port()}"
            self._emulators[name] = self._emulator(kind, host, command)
        elif name not in self._missing:
            self._missing.add(name)
            self._bus.publish(
                "warning",
                message=f"no {kind.name} emulator is installed; its events are missing",
                hint=kind.how_to_install,
                about="emulators",
                emulator=name,
            )

    def _emulator(
        self, kind: EmulatorKind, host: str, command: Sequence[str] | None
    ) -> Emulator:
        return Emulator(kind, host, command, self._environ, self._warn)

    def start(self, url: str, pool: WorkerPool, history: History) -> None:
        """Connect the functions of a runner at an address."""
        prestart = partial(_prestart, pool, set())
        self._delivery = Delivery(
            url,
            self._bus,
            self._wired,
            history.origins,
            prestart=prestart,
            sender_of=history.tracing.sender_of,
        )
        for name, emulator in self._emulators.items():
            self._publish(name, emulator)
        if self._tasks is not None:
            self._tasks.start(self._delivery, pool)
        self.update(pool.catalog)

    def update(self, catalog: Catalog) -> None:
        """Connect the functions of another catalog instead, after `need`."""
        for name, emulator in self._emulators.items():
            wiring = self._wirings.get(name)
            if wiring is None:
                context = WiringContext(
                    emulator,
                    self._project,
                    self._owner.prefix,
                    self._delivery,
                    self._warn,
                )
                self._contexts.append(context)
                wiring = self._wirings[name] = _WIRINGS[name](context)
        for context in self._contexts:
            context.use(catalog)
        for wiring in self._wirings.values():
            wiring.update(catalog)
        if self._tasks is not None:
            self._tasks.update(catalog)

    async def close(self) -> None:
        """Disconnect all functions and end the emulators that were started."""
        if self._tasks is not None:
            await self._tasks.close()
        for wiring in self._wirings.values():
            await wiring.close()
        for emulator in self._emulators.values():
            await emulator.end()
        self._owner.close()

    def _publish(self, name: str, emulator: Emulator) -> None:
        self._bus.publish(
            "emulator",
            kind=name,
            host=emulator.host,
            project=self._project,
            is_own=emulator.is_own,
        )

    def _warn(self, message: str, hint: str) -> None:
        self._bus.publish("warning", message=message, hint=hint, about="emulators")


def _prestart(pool: WorkerPool, units: set[str], id_: str) -> None:
    """Start the worker of a function, unless that is another unit too many.

    `units` are those that were started, which may have been stopped since.
    """
    function = next((item for item in pool.catalog.functions if item.id == id_), None)
    if function is None or function.unit in units or len(units) >= _MOST_PRESTARTED:
        return
    units.add(function.unit)
    pool.supervisor_of(function).start()
