"""Enforces the limits that a function is deployed with: memory, timeout, concurrency.

With limits, each function has its own worker, so that they are those of one function.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from funclens.dataclass import dataclass, field
from funclens.model import SignatureType
from funclens.runner.processes.worker import WorkerObserver

if TYPE_CHECKING:
    from funclens.model import Function
    from funclens.runner.http.pending import PendingRequest
    from funclens.runner.processes.memory.memory_watch import MemoryWatch
    from funclens.runner.processes.worker import WorkerConnection
    from funclens.runner.units.refusals import Refusals

__all__ = ["FunctionLimits", "UnitLimits", "UnitObserver", "limits_of"]


@dataclass(frozen=True, slots=True)
class FunctionLimits:
    """Limits of a function; None if there is none."""

    memory_mib: int | None = None
    timeout_seconds: int | None = None
    concurrency: int | None = None
    """Maximum number of requests at a time."""
    ends_at_timeout: bool = False
    """Whether a timeout ends the instance, as in the 1st generation."""


def limits_of(function: Function) -> FunctionLimits:
    """Return the declared limits, and production's default for the concurrency."""
    options = function.options
    default = 1 if options.is_cloud_function else None
    is_first = function.generation == 1 or (
        function.signature_type is SignatureType.EVENT and options.is_cloud_function
    )
    return FunctionLimits(
        options.memory_mib,
        options.timeout_seconds,
        options.concurrency or default,
        is_first,
    )


class UnitObserver(WorkerObserver, Protocol):
    """Receives what concerns the workers of a unit."""

    def on_free(self) -> None:
        """Handle that a timeout lets another request begin."""


@dataclass(slots=True)
class _Limited:
    """A worker that has limits, and its requests by number."""

    limits: FunctionLimits
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
        self, worker: WorkerConnection, limits: FunctionLimits, observer: UnitObserver
    ) -> None:
        """Enforce limits on a worker that begins to load."""
        self._limited[worker] = _Limited(limits, observer)
        worker.handed.keeps_connections = limits.timeout_seconds is not None
        self._watch(worker, limits)

    def loaded(self, worker: WorkerConnection) -> None:
        """Record that a worker is ready; its requests follow."""
        self._memory.discard(worker)

    def have_room(self, worker: WorkerConnection) -> bool:
        """Return whether a worker may get one more request."""
        limited = self._limited.get(worker)
        if limited is None or not limited.limits.concurrency:
            return True
        return len(limited.running) < limited.limits.concurrency

    def began(self, worker: WorkerConnection, request: PendingRequest) -> None:
        """Record that a request was handed over."""
        limited = self._limited.get(worker)
        if limited is None:
            return
        seconds = limited.limits.timeout_seconds
        limited.running[request.number] = (
            self._loop.call_later(seconds, self._time_out, worker, request)
            if seconds
            else None
        )
        self._watch(worker, limited.limits)

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

    def _watch(self, worker: WorkerConnection, limits: FunctionLimits) -> None:
        if limits.memory_mib:
            self._memory.add(worker, limits.memory_mib)

    def _time_out(self, worker: WorkerConnection, request: PendingRequest) -> None:
        """Respond in place of the function, and let it go on, or end it in 1st gen.

        https://cloud.google.com/functions/docs/configuring/timeout
        """
        limited = self._limited[worker]
        limited.running.pop(request.number)
        limited.late.add(request.number)
        has_begun = worker.handed.give_up(request.number)
        is_first = limited.limits.ends_at_timeout
        self._refusals.timed_out(
            self._unit, request, has_begun=has_begun, is_first=is_first
        )
        if is_first:
            worker.kill("it exceeded its timeout", "1st gen functions end then")
        else:
            limited.observer.on_free()
