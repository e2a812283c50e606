"""Enforces the limits that a function is deployed with: memory, timeout, concurrency.

With limits, each function has its own worker, so that they are those of one function.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from funclens.runner.processes.worker import WorkerObserver

if TYPE_CHECKING:
    from funclens.model import DeployOptions
    from funclens.runner.http.pending import PendingRequest
    from funclens.runner.processes.memory.memory_watch import MemoryWatch
    from funclens.runner.processes.worker import WorkerConnection
    from funclens.runner.units.refusals import Refusals

__all__ = ["UnitLimits", "UnitObserver"]


class UnitObserver(WorkerObserver, Protocol):
    """Receives what concerns the workers of a unit."""

    def on_free(self) -> None:
        """Handle that a timeout lets another request begin."""


@dataclass(slots=True)
class _Limited:
    """A worker that has limits, and its requests by number."""

    options: DeployOptions
    observer: UnitObserver
    running: dict[int, asyncio.TimerHandle | None] = field(default_factory=dict)
    """Those within their timeout, and what ends it."""
    late: set[int] = field(default_factory=set)
    """Those that got a response in place of the function's."""


class UnitLimits:
    """Limits of the workers of one supervisor; those without limits are left alone."""

    def __init__(
        self,
        unit: str,
        refusals: Refusals,
        memory: MemoryWatch,
    ) -> None:
        self._unit = unit
        self._refusals = refusals
        self._memory = memory
        self._loop = asyncio.get_running_loop()
        self._limited: dict[WorkerConnection, _Limited] = {}

    def started(
        self, worker: WorkerConnection, options: DeployOptions, observer: UnitObserver
    ) -> None:
        """Enforce limits on a worker that begins to load."""
        self._limited[worker] = _Limited(options, observer)
        worker.handed.keeps_connections = options.timeout_seconds is not None
        self._watch(worker, options)

    def loaded(self, worker: WorkerConnection) -> None:
        """Record that a worker is ready; its requests follow."""
        self._memory.discard(worker)

    def have_room(self, worker: WorkerConnection) -> bool:
        """Return whether a worker may get one more request."""
        limited = self._limited.get(worker)
        if limited is None or not limited.options.concurrency:
            return True
        return len(limited.running) < limited.options.concurrency

    def began(self, worker: WorkerConnection, request: PendingRequest) -> None:
        """Record that a request was handed over."""
        limited = self._limited.get(worker)
        if limited is None:
            return
        seconds = limited.options.timeout_seconds
        limited.running[request.number] = (
            self._loop.call_later(seconds, self._time_out, worker, request)
            if seconds
            else None
        )
        self._watch(worker, limited.options)

    def ended(self, worker: WorkerConnection, number: int) -> bool:
        """Record the end of a request; return whether it had a response before."""
        limited = self._limited.get(worker)
        if limited is None:
            return False
        is_late = number in limited.late
        limited.late.discard(number)
        timer = limited.running.pop(number, None)
        if timer is not None:
            timer.cancel()
        if not limited.running and not limited.late:
            self._memory.discard(worker)
        return is_late

    def refused(self, worker: WorkerConnection, number: int) -> None:
        """Respond to a request whose connection the worker has no descriptor for."""
        request = worker.handed.take_back(number)
        if self.ended(worker, number):
            request.connection.close()
        else:
            self._refusals.leaking(self._unit, request)

    def lost(self, worker: WorkerConnection) -> None:
        """Forget a worker that is dead."""
        self._memory.forget(worker)
        limited = self._limited.pop(worker, None)
        if limited is not None:
            for timer in limited.running.values():
                if timer is not None:
                    timer.cancel()

    def _watch(self, worker: WorkerConnection, options: DeployOptions) -> None:
        if options.memory_mib:
            self._memory.add(worker, options.memory_mib)

    def _time_out(self, worker: WorkerConnection, request: PendingRequest) -> None:
        """Respond in place of the function, which goes on as in production."""
        limited = self._limited[worker]
        limited.running.pop(request.number)
        limited.late.add(request.number)
        has_begun = worker.handed.give_up(request.number)
        self._refusals.timed_out(self._unit, request, has_begun=has_begun)
        limited.observer.on_free()
