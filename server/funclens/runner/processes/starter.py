"""Starts worker processes with a zygote if possible, else with the launcher."""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from funclens.cold_start import cold_start_of
from funclens.errors import InterpreterError, RunnerError, SettingsError
from funclens.runner.background import in_thread
from funclens.runner.processes.env_files import environment_files, read_environment
from funclens.runner.processes.launcher import Launcher
from funclens.runner.processes.plan import debugger, plan_launch, resolve_python
from funclens.runner.processes.worker import WorkerConnection
from funclens.runner.processes.zygotes import Zygotes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from funclens.cold_start import ColdStart
    from funclens.model import Unit
    from funclens.runner.events import EventBus
    from funclens.runner.processes.launcher import LaunchSpec, WorkerProcess
    from funclens.runner.processes.options import WorkerOptions
    from funclens.runner.processes.prestart import Prestarted
    from funclens.runner.processes.worker import WorkerObserver
    from funclens.runner.processes.zygote import Zygote
    from funclens.runner.tracing.tracing import Tracing
    from funclens_worker.contract import Manifest

__all__ = ["WorkerStarter"]

BEGIN_SECONDS = 30.0
"""Maximum seconds for a zygote to fork before the worker is executed instead."""

FLUSH_SECONDS = 2.0
"""Maximum seconds to send the last spans on."""


@dataclass(slots=True)
class _Started:
    """A started worker that is alive."""

    spec: LaunchSpec
    zygote: Zygote | None
    """Zygote that forked it; None if it was executed."""
    deadline: asyncio.TimerHandle | None = None


class WorkerStarter:
    """Owns the launcher and the zygotes; starts workers."""

    def __init__(
        self,
        options: WorkerOptions,
        bus: EventBus,
        prestarted: Prestarted | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        """`tracing` decides about the variables of OpenTelemetry."""
        self.options = options
        """Replaced when settings change; running workers keep theirs."""
        self.keeps_standby = False
        """Whether code is being edited, so that a standby worker pays off."""
        self._bus = bus
        self._tracing = tracing
        self._loop = asyncio.get_running_loop()
        self._is_closed = False
        self._environments: dict[str, dict[str, str]] = {}
        """Last readable environment of each unit, by its folder."""
        self._started: dict[WorkerConnection, _Started] = {}
        self._launcher = prestarted.launcher if prestarted else Launcher.execute()
        self._zygotes = Zygotes(self._launcher)
        self._loop.add_reader(self._launcher.socket, self._launcher_is_gone)
        if prestarted and prestarted.spec and prestarted.zygote:
            self._zygotes.adopt(prestarted.spec, prestarted.zygote)

    async def plan(
        self, unit: Unit, extra: Mapping[str, str], *, debug: bool
    ) -> LaunchSpec:
        """Return how to start a worker of a unit.

        `extra` is added to its environment. Files are read in a thread. Raises
        FunclensError if it can't be started.
        """
        environ = await self._environment(unit)
        setting = self.options.folder(unit.folder).python
        python = resolve_python(unit.root, unit.folder, setting, environ)
        environ = {**environ, **extra}
        if self._tracing is not None and self._tracing.address is not None:
            environ = self._tracing.address.add_to(environ, self.options.environ)
        return plan_launch(unit.root, python, environ, debug=debug)

    def interpreters(self, units: Iterable[Unit]) -> list[str]:
        """Return the interpreters of units, each once. Looks at files."""
        found: dict[str, None] = {}
        for unit in units:
            setting = self.options.folder(unit.folder).python
            environ = self.options.environ
            with contextlib.suppress(InterpreterError):
                found[resolve_python(unit.root, unit.folder, setting, environ)] = None
        return [*found]

    def start(
        self, spec: LaunchSpec, manifest: Manifest, observer: WorkerObserver
    ) -> WorkerConnection:
        """Start a planned worker. Raises FunclensError on failure."""
        connection = self._start(spec, manifest, observer)
        zygote = self._started[connection].zygote
        # The worker is under way while this is found out.
        if zygote is not None and self._zygotes.reject(spec, zygote):
            connection.kill()
            connection = self._start(spec, manifest, observer)
        return connection

    def _start(
        self, spec: LaunchSpec, manifest: Manifest, observer: WorkerObserver
    ) -> WorkerConnection:
        forked = self._zygotes.start(spec)
        process, zygote = forked or (self._execute(spec), None)
        connection = WorkerConnection(process, manifest, observer, self._bus)
        self._started[connection] = started = _Started(spec, zygote)
        if zygote is not None:
            started.deadline = self._loop.call_later(
                BEGIN_SECONDS, self._give_up, connection, zygote
            )
        return connection

    def start_debugged(
        self, spec: LaunchSpec, manifest: Manifest, observer: WorkerObserver
    ) -> WorkerConnection:
        """Start a worker under debugpy, which doesn't support forked processes.

        Raises FunclensError on failure.
        """
        manifest = replace(manifest, debug=debugger())
        return self.start_executed(spec, manifest, observer)

    def start_executed(
        self, spec: LaunchSpec, manifest: Manifest, observer: WorkerObserver
    ) -> WorkerConnection:
        """Start a worker that has nothing but its own packages in memory.

        Raises FunclensError on failure.
        """
        process = self._execute(spec)
        return WorkerConnection(process, manifest, observer, self._bus)

    def loaded(self, connection: WorkerConnection, modules: list[str]) -> None:
        """Record the installed modules that a worker has loaded."""
        started = self._started.get(connection)
        if started is None:
            return
        is_forked = started.zygote is not None
        self._zygotes.learn(started.spec, modules, is_forked=is_forked)
        if self.keeps_standby:
            self._zygotes.keep_standby(started.spec)

    async def cold_start(
        self, connection: WorkerConnection, imports: Mapping[str, Any]
    ) -> ColdStart | None:
        """Return what a worker's load costs in a fresh process.

        `imports` are its own. None if its zygote ended before it was warm.
        """
        started = self._started.get(connection)
        zygote = started.zygote if started else None
        if zygote is None:
            return cold_start_of(imports, None)
        await zygote.settled.wait()
        return cold_start_of(imports, zygote.imports) if zygote.imports else None

    def drop_standbys(self) -> None:
        """End standby workers, whose descriptors are needed."""
        self._zygotes.drop_standbys()

    async def end_unused_zygotes(self) -> bool:
        """End zygotes without workers and wait for it; False if there are none."""
        return await self._zygotes.end_unused()

    def ended(self, connection: WorkerConnection) -> None:
        """Record that a worker has ended."""
        started = self._started.pop(connection, None)
        if started is None:
            return
        if started.deadline is not None:
            started.deadline.cancel()
        if started.zygote is not None:
            started.zygote.worker_ended()

    async def flush(self) -> None:
        """Send the last spans on, after all workers have ended."""
        if self._tracing is not None:
            await self._tracing.flush(FLUSH_SECONDS)

    def close(self, seconds: float) -> None:
        """End the zygotes and the launcher with all processes, within `seconds`."""
        self._is_closed = True
        self._zygotes.close()
        self._loop.remove_reader(self._launcher.socket)
        self._launcher.close(seconds)

    def _give_up(self, connection: WorkerConnection, zygote: Zygote) -> None:
        """End a zygote that didn't fork; its workers are started again."""
        if connection.pid == 0:
            zygote.kill()

    async def _environment(self, unit: Unit) -> dict[str, str]:
        named = self.options.folder(unit.folder).env_file
        base = self.options.environ
        files = environment_files(unit.root, unit.folder, named)
        if not named and not any(map(os.path.lexists, files)):
            found = dict(base)
        else:
            try:
                found = await in_thread(
                    read_environment, unit.root, unit.folder, named, base
                )
            except SettingsError as error:
                return self._last_environment(unit, error)
        self._environments[unit.root] = found
        return found

    def _last_environment(self, unit: Unit, error: SettingsError) -> dict[str, str]:
        """Return the last readable environment. Raises the error if there is none."""
        found = self._environments.get(unit.root)
        if found is None:
            raise error
        self._bus.publish(
            "warning",
            unit=unit.id,
            message=str(error),
            hint=f"{unit.id} keeps the variables it had until the file is fixed",
        )
        return found

    def _execute(self, spec: LaunchSpec) -> WorkerProcess:
        """Start a worker without a zygote. Raises RunnerError on failure."""
        try:
            return self._launcher.start(spec)
        except RunnerError:  # it has just ended; the event loop will notice
            self._launcher_is_gone()
            return self._launcher.start(spec)

    def _launcher_is_gone(self) -> None:
        self._loop.remove_reader(self._launcher.socket)
        if self._is_closed:
            return
        self._launcher.close(1.0)
        self._launcher = self._zygotes.launcher = Launcher.execute()
        self._loop.add_reader(self._launcher.socket, self._launcher_is_gone)
