"""Starts workers with a zygote if possible, else with the launcher.

They get connections as descriptors, over Unix sockets.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from funclens.cold_start import cold_start_of
from funclens.dataclass import dataclass
from funclens.errors import RunnerError
from funclens.runner.processes.launcher import Launcher
from funclens.runner.processes.platform.reaped_worker import ReapedWorker
from funclens.runner.processes.platform.zygotes import Zygotes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.cold_start import ColdStart
    from funclens.runner.processes.launcher import LaunchSpec
    from funclens.runner.processes.platform.worker_process import RunningWorker
    from funclens.runner.processes.platform.zygote import Zygote
    from funclens.runner.processes.prestart import Prestarted

__all__ = ["HandoverPlatform"]

BEGIN_SECONDS = 30.0
"""Maximum seconds for a zygote to fork before the worker is executed instead."""


@dataclass(slots=True)
class _Started:
    """A started worker that is alive."""

    spec: LaunchSpec
    zygote: Zygote | None
    """Zygote that forked it; None if it was executed."""
    deadline: asyncio.TimerHandle | None = None


class HandoverPlatform:
    """Owns the launcher and the zygotes."""

    def __init__(self, prestarted: Prestarted | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._is_closed = False
        self._started: dict[RunningWorker, _Started] = {}
        self._launcher = prestarted.launcher if prestarted else Launcher.execute()
        self._zygotes = Zygotes(self._launcher)
        self._loop.add_reader(self._launcher.socket, self._launcher_is_gone)
        if prestarted and prestarted.spec and prestarted.zygote:
            self._zygotes.adopt(prestarted.spec, prestarted.zygote)

    def start(self, spec: LaunchSpec) -> RunningWorker:
        """Fork a worker, or execute it. Raises RunnerError on failure."""
        forked = self._zygotes.start(spec)
        if forked is None:
            worker = self.start_fresh(spec)
            self._started[worker] = _Started(spec, None)
            return worker
        process, zygote = forked
        worker = ReapedWorker(process)
        deadline = self._loop.call_later(BEGIN_SECONDS, self._give_up, worker, zygote)
        self._started[worker] = _Started(spec, zygote, deadline)
        return worker

    def start_fresh(self, spec: LaunchSpec) -> RunningWorker:
        """Execute a worker. Raises RunnerError on failure."""
        try:
            process = self._launcher.start(spec)
        except RunnerError:  # it has just ended; the event loop will notice
            self._launcher_is_gone()
            process = self._launcher.start(spec)
        return ReapedWorker(process)

    def is_outdated(self, worker: RunningWorker, spec: LaunchSpec) -> bool:
        """Return whether a worker that was just started has edited modules in it."""
        zygote = self._started[worker].zygote
        return zygote is not None and self._zygotes.reject(spec, zygote)

    def loaded(
        self, worker: RunningWorker, modules: list[str], *, keeps_standby: bool
    ) -> None:
        """Record the installed modules that a worker has loaded."""
        started = self._started.get(worker)
        if started is None:
            return
        is_forked = started.zygote is not None
        self._zygotes.learn(started.spec, modules, is_forked=is_forked)
        if keeps_standby:
            self._zygotes.keep_standby(started.spec)

    async def cold_start(
        self, worker: RunningWorker, imports: Mapping[str, Any]
    ) -> ColdStart | None:
        """Return what a worker's load costs in a fresh process.

        None if its zygote ended before it was warm.
        """
        started = self._started.get(worker)
        zygote = started.zygote if started else None
        if zygote is None:
            return cold_start_of(imports)
        await zygote.settled.wait()
        return zygote.imports.cold_start(imports) if zygote.imports else None

    def drop_standbys(self) -> None:
        """End standby workers, whose descriptors are needed."""
        self._zygotes.drop_standbys()

    async def end_unused(self) -> bool:
        """End zygotes without workers and wait for it; False if there are none."""
        return await self._zygotes.end_unused()

    def ended(self, worker: RunningWorker) -> None:
        """Record that a worker has ended."""
        started = self._started.pop(worker, None)
        if started is None:
            return
        if started.deadline is not None:
            started.deadline.cancel()
        if started.zygote is not None:
            started.zygote.worker_ended()

    def close(self, seconds: float) -> None:
        """End the zygotes and the launcher with all processes, within `seconds`."""
        self._is_closed = True
        self._zygotes.close()
        self._loop.remove_reader(self._launcher.socket)
        self._launcher.close(seconds)

    def _give_up(self, worker: RunningWorker, zygote: Zygote) -> None:
        """End a zygote that didn't fork; its workers are started again."""
        if worker.pid == 0:
            zygote.kill()

    def _launcher_is_gone(self) -> None:
        self._loop.remove_reader(self._launcher.socket)
        if self._is_closed:
            return
        self._launcher.close(1.0)
        self._launcher = self._zygotes.launcher = Launcher.execute()
        self._loop.add_reader(self._launcher.socket, self._launcher_is_gone)
