"""Ends workers that use more memory than their function is deployed with.

There is no event for it without rights that most users don't have (a cgroup), so busy
workers are looked at regularly. Without limits, and while no worker is busy, there is
no timer.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Protocol

from funclens.runner.background import in_thread
from funclens.runner.processes.memory.memory_use import families_bytes, peak_bytes

if TYPE_CHECKING:
    from funclens.runner.events import EventBus

__all__ = ["MemoryWatch"]

_LOOK_SECONDS = 0.1
_FAMILY_LOOKS = 10
"""Every so many looks, the processes that workers have started count too."""

_MIB = 1024 * 1024
_SENTENCE = (
    "Memory limit of {limit} MiB exceeded with {used} MiB used. Consider increasing "
    "the memory limit, see https://cloud.google.com/functions/docs/configuring/memory"
)
"""In the words of production's log."""


class Watched(Protocol):
    """A worker."""

    @property
    def pid(self) -> int:
        """Process id; 0 until it is known."""

    def kill(self, reason: str, hint: str) -> None:
        """End it and all that it has started."""


class MemoryWatch:
    """Looks at all busy workers that have a limit."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._loop = asyncio.get_running_loop()
        self._limits: dict[Watched, int] = {}
        """In MiB, by worker."""
        self._timer: asyncio.TimerHandle | None = None
        self._looks = 0
        self._look_at_families: asyncio.Task[None] | None = None
        self._has_warned = False

    def add(self, worker: Watched, limit: int) -> None:
        """Look at a worker, which is busy from now on. `limit` is in MiB."""
        if sys.platform != "linux":
            self._warn()
            return
        self._limits[worker] = limit
        if self._timer is None:
            self._timer = self._loop.call_later(_LOOK_SECONDS, self._look)

    def discard(self, worker: Watched) -> None:
        """Look at a worker for the last time until it is busy again."""
        limit = self._limits.pop(worker, None)
        if limit is not None:
            _check(worker, limit, peak_bytes(worker.pid))

    def forget(self, worker: Watched) -> None:
        """Do not look at a worker that has ended."""
        self._limits.pop(worker, None)

    def _look(self) -> None:
        self._timer = None
        if not self._limits:
            return
        for worker, limit in self._limits.items():
            _check(worker, limit, peak_bytes(worker.pid))
        self._looks += 1
        if self._looks % _FAMILY_LOOKS == 0 and self._look_at_families is None:
            self._look_at_families = self._loop.create_task(self._families())
        self._timer = self._loop.call_later(_LOOK_SECONDS, self._look)

    async def _families(self) -> None:
        watched = {worker.pid: worker for worker in self._limits if worker.pid}
        try:
            found = await in_thread(families_bytes, list(watched))
        finally:
            self._look_at_families = None
        for pid, used in found.items():
            limit = self._limits.get(watched[pid])
            if limit is not None:
                _check(watched[pid], limit, used)

    def _warn(self) -> None:
        if not self._has_warned:
            self._has_warned = True
            self._bus.publish(
                "warning",
                message="memory limits are not enforced: this needs Linux",
                hint="timeouts and concurrency are",
            )


def _check(worker: Watched, limit: int, used: int) -> None:
    if used > limit * _MIB:
        sentence = _SENTENCE.format(limit=limit, used=-(-used // _MIB))
        worker.kill("it exceeded its memory limit", sentence)
