"""The worker of a unit that is current, and those that are ending."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from funclens_worker.contract import EventName

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from funclens.cold_start import ColdStart
    from funclens.runner.http.pending import PendingRequest
    from funclens.runner.processes.starter import WorkerStarter
    from funclens.runner.processes.worker import WorkerConnection
    from funclens.runner.units.capacity import Capacity
    from funclens.runner.units.limits import UnitLimits, UnitObserver
    from funclens.runner.units.worker_manifest import Served

__all__ = ["UnitWorkers"]

_REST_SECONDS = 2.0
"""Maximum seconds for a worker to end that isn't needed."""


class UnitWorkers:
    """Starts, drains and kills the workers of one unit; decides nothing."""

    def __init__(
        self, starter: WorkerStarter, capacity: Capacity, limits: UnitLimits
    ) -> None:
        self.current: WorkerConnection | None = None
        """The worker that loads the unit or serves it."""
        self.limits = limits
        self._starter = starter
        self._capacity = capacity
        self._loop = asyncio.get_running_loop()
        self._starting: asyncio.Task[None] | None = None
        """Task that plans and starts the current worker."""
        self._leaving: set[WorkerConnection] = set()
        self._on_empty: asyncio.Future[None] | None = None
        self._measuring: asyncio.Task[None] | None = None

    @property
    def has_current(self) -> bool:
        """Whether there is a current worker, or one will be started."""
        return self.current is not None or self._starting is not None

    @property
    def is_idle(self) -> bool:
        """Whether there is a current worker and it handles no request."""
        return self.current is not None and self.current.handed.is_empty

    @property
    def are_debugged(self) -> bool:
        """Whether all workers of the runner start under debugpy."""
        return self._starter.options.debug

    @property
    def have_room(self) -> bool:
        """Whether the current worker may get one more request."""
        return self.current is not None and self.limits.have_room(self.current)

    def hand_over(self, request: PendingRequest) -> bool:
        """Pass a request to the current worker; return False if its queue is full."""
        worker = self.current
        if worker is None or not worker.hand_over(request):
            return False
        request.worker_pid = worker.pid
        self.limits.began(worker, request)
        return True

    def begin(self, starting: Coroutine[None, None, None]) -> None:
        """Run what starts the current worker, until it ends or `retire` cancels it."""
        self._starting = self._loop.create_task(starting)

    async def start(
        self,
        served: Served,
        environment: Mapping[str, str],
        observer: UnitObserver,
        *,
        is_debugged: bool,
    ) -> None:
        """Start the current worker. `environment` is added to the unit's.

        Raises FunclensError if it can't be started.
        """
        starter, limits = self._starter, None if is_debugged else served.limits
        try:
            extra = {**served.extra, **environment}
            spec = await starter.plan(served.unit, extra, debug=is_debugged)
            if is_debugged:
                start = starter.start_debugged
            elif limits is not None and limits.memory_mib:
                start = starter.start_executed
            else:
                start = starter.start
            await self._capacity.make_room()
            self.current = start(spec, served.manifest, observer)
            if limits is not None:
                self.limits.started(self.current, limits, observer)
        except asyncio.CancelledError:  # by `retire`: another start may be under way
            raise
        except BaseException:
            self._starting = None
            raise
        self._starting = None

    def learn(
        self,
        worker: WorkerConnection,
        name: str,
        event: Mapping[str, Any],
        measured: Callable[[ColdStart], None],
    ) -> None:
        """Learn from a worker's event which modules it has loaded, and how fast.

        `measured` is called when the cold start of the current worker is known.
        """
        if name == EventName.READY:
            self._starter.loaded(worker, event["modules"])
            self.limits.loaded(worker)
        elif name == EventName.IMPORTS:
            measuring = self._measure(worker, event, measured)
            self._measuring = self._loop.create_task(measuring)

    async def _measure(
        self,
        worker: WorkerConnection,
        imports: Mapping[str, Any],
        measured: Callable[[ColdStart], None],
    ) -> None:
        cold_start = await self._starter.cold_start(worker, imports)
        if cold_start is not None and worker is self.current:
            measured(cold_start)

    def ended_request(self, worker: WorkerConnection, event: dict[str, Any]) -> bool:
        """Record the end of a request; return whether it had the worker's response."""
        if event["event"] == EventName.CAPTURES:
            return True
        number = event.pop("number")
        if event["event"] == EventName.REFUSED:
            self.limits.refused(worker, number)
            return False
        return not self.limits.ended(worker, number)

    def retire(self, *, is_loading: bool) -> None:
        """Drain the current worker; kill one that is still loading."""
        if self._starting is not None:
            self._starting.cancel()
            self._starting = None
        worker, self.current = self.current, None
        if worker is None:
            return
        self._leaving.add(worker)
        if is_loading:
            worker.kill()
        else:
            worker.drain(self._starter.options.drain_seconds)

    def lose(self) -> None:
        """Take a dead worker out of service; `ended` follows."""
        if self.current is not None:
            self._leaving.add(self.current)
            self.current = None

    def ended(self, worker: WorkerConnection) -> bool:
        """Forget a worker that sends nothing more; return whether it was current."""
        self._starter.ended(worker)
        self._leaving.discard(worker)
        if not self._leaving and self._on_empty and not self._on_empty.done():
            self._on_empty.set_result(None)
        if worker is not self.current:
            return False
        self.current = None
        return True

    async def end_leaving(self, why: str, seconds: float = _REST_SECONDS) -> None:
        """Drain all workers that are ending, for at most `seconds`, and wait.

        May be called again with less time.
        """
        for worker in self._leaving:
            worker.drain(seconds, why)
        if self._leaving:
            if self._on_empty is None or self._on_empty.done():
                self._on_empty = self._loop.create_future()
            await asyncio.shield(self._on_empty)

    def kill(self) -> None:
        """Kill all workers immediately."""
        for worker in [*self._leaving, *([self.current] if self.current else [])]:
            worker.kill()
