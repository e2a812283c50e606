"""Spawns workers, which connect back over the loopback interface."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from funclens.cold_start import cold_start_of
from funclens.errors import RunnerError
from funclens.runner.processes.platform.portable.rendezvous import Rendezvous
from funclens.runner.processes.platform.portable.spawned_worker import SpawnedWorker
from funclens_worker.processes.child_group import ChildGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.cold_start import ColdStart
    from funclens.runner.processes.launcher import LaunchSpec
    from funclens.runner.processes.platform.worker_process import (
        OutputSource,
        RunningWorker,
    )

__all__ = ["PortablePlatform"]


class PortablePlatform:
    """Owns the port that workers connect to, and the workers."""

    def __init__(self) -> None:
        self._rendezvous = Rendezvous()
        self._workers: set[RunningWorker] = set()

    def start(self, spec: LaunchSpec) -> RunningWorker:
        """Spawn a worker. Raises RunnerError on failure."""
        argv = [*spec.argv[:-1], "connect"]
        try:
            group, pipes = ChildGroup.spawn(argv, spec.env, spec.cwd)
        except OSError as error:
            raise RunnerError(f"cannot start {argv[0]}: {error}") from error
        output = _source(pipes.stdout), _source(pipes.stderr)
        worker = SpawnedWorker(group, pipes.stdin, output, self._rendezvous)
        self._workers.add(worker)
        return worker

    def start_fresh(self, spec: LaunchSpec) -> RunningWorker:
        """Do the same: no worker has anything of another one."""
        return self.start(spec)

    def is_outdated(self, worker: RunningWorker, spec: LaunchSpec) -> bool:  # noqa: ARG002
        """Return False: nothing is loaded in advance."""
        return False

    def loaded(
        self, worker: RunningWorker, modules: list[str], *, keeps_standby: bool
    ) -> None:
        """Do nothing: nothing is loaded in advance."""

    async def cold_start(
        self,
        worker: RunningWorker,  # noqa: ARG002
        imports: Mapping[str, Any],
    ) -> ColdStart | None:
        """Return what the worker's load has cost."""
        return cold_start_of(imports)

    def drop_standbys(self) -> None:
        """Do nothing: there are none."""

    async def end_unused(self) -> bool:
        """Return False: there is nothing but workers."""
        return False

    def ended(self, worker: RunningWorker) -> None:
        """Forget a worker that has ended."""
        self._workers.discard(worker)

    def close(self, seconds: float) -> None:  # noqa: ARG002
        """End all workers; they end with this process in any case."""
        for worker in self._workers:
            worker.kill()
        self._rendezvous.close()


def _source(pipe: int) -> OutputSource:
    """Return the reading end of a pipe; `pipe` is a handle on Windows."""
    if os.name == "nt":
        from funclens.runner.processes.platform.portable.windows_pipe import (  # noqa: PLC0415
            WindowsPipe,
        )

        return WindowsPipe(pipe)
    from funclens.runner.processes.platform.pipe_end import PipeEnd  # noqa: PLC0415

    return PipeEnd(pipe)
