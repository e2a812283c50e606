"""Plans workers and starts them, as the platform can."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.errors import InterpreterError, SettingsError
from funclens.runner.background import in_thread
from funclens.runner.processes.env_files import environment_files, read_environment
from funclens.runner.processes.plan import debugger, plan_launch, resolve_python
from funclens.runner.processes.platform.handover import HandoverPlatform
from funclens.runner.processes.worker import WorkerConnection
from funclens_worker.processes.portable_mode import is_portable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from funclens.cold_start import ColdStart
    from funclens.model import Unit
    from funclens.runner.events import EventBus
    from funclens.runner.processes.launcher import LaunchSpec
    from funclens.runner.processes.options import WorkerOptions
    from funclens.runner.processes.platform.worker_process import Platform
    from funclens.runner.processes.prestart import Prestarted
    from funclens.runner.processes.worker import WorkerObserver
    from funclens.runner.tracing.tracing import Tracing
    from funclens_worker.contract import Manifest

__all__ = ["WorkerStarter"]

FLUSH_SECONDS = 2.0
"""Maximum seconds to send the last spans on."""


class WorkerStarter:
    """Owns what starts workers; knows their environment."""

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
        self._environments: dict[str, dict[str, str]] = {}
        """Last readable environment of each unit, by its folder."""
        self._platform = _platform(prestarted)

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
        process = self._platform.start(spec)
        connection = WorkerConnection(process, manifest, observer, self._bus)
        # The worker is under way while this is found out.
        if self._platform.is_outdated(process, spec):
            connection.kill()
            process = self._platform.start(spec)
            connection = WorkerConnection(process, manifest, observer, self._bus)
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
        process = self._platform.start_fresh(spec)
        return WorkerConnection(process, manifest, observer, self._bus)

    def loaded(self, connection: WorkerConnection, modules: list[str]) -> None:
        """Record the installed modules that a worker has loaded."""
        self._platform.loaded(
            connection.process, modules, keeps_standby=self.keeps_standby
        )

    async def cold_start(
        self, connection: WorkerConnection, imports: Mapping[str, Any]
    ) -> ColdStart | None:
        """Return what a worker's load costs in a fresh process.

        `imports` are its own. None if that isn't known.
        """
        return await self._platform.cold_start(connection.process, imports)

    def drop_standbys(self) -> None:
        """End standby workers, whose descriptors are needed."""
        self._platform.drop_standbys()

    async def end_unused_zygotes(self) -> bool:
        """End zygotes without workers and wait for it; False if there are none."""
        return await self._platform.end_unused()

    def ended(self, connection: WorkerConnection) -> None:
        """Record that a worker has ended."""
        self._platform.ended(connection.process)

    async def flush(self) -> None:
        """Send the last spans on, after all workers have ended."""
        if self._tracing is not None:
            await self._tracing.flush(FLUSH_SECONDS)

    def close(self, seconds: float) -> None:
        """End all processes within `seconds`."""
        self._platform.close(seconds)

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


def _platform(prestarted: Prestarted | None) -> Platform:
    """Return what starts workers here."""
    if not is_portable():
        return HandoverPlatform(prestarted)
    from funclens.runner.processes.platform.portable.portable_platform import (  # noqa: PLC0415 - elsewhere, or when it is asked for
        PortablePlatform,
    )

    return PortablePlatform()
