"""Makes room for one more worker when file descriptors run short.

Standby workers go first, then zygotes without workers, then idle workers, the least
recently used first. Their units start again with the next request.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from funclens.errors import OutOfDescriptorsError
from funclens.runner.descriptors import are_short, limit

if TYPE_CHECKING:
    from collections.abc import Collection

    from funclens.runner.processes.starter import WorkerStarter

__all__ = ["Capacity"]


class Restable(Protocol):
    """A unit whose worker can be ended while it has nothing to do."""

    used_at: float

    @property
    def is_idle(self) -> bool:
        """Whether there is a worker and it has nothing to do."""

    async def rest(self) -> None:
        """End the worker; the next request starts another."""


class Capacity:
    """Knows the workers of a runner that may be ended."""

    def __init__(
        self, starter: WorkerStarter, supervisors: Collection[Restable]
    ) -> None:
        """`supervisors` is a view that changes with the pool."""
        self._starter = starter
        self._supervisors = supervisors
        self._turn = asyncio.Lock()

    async def make_room(self) -> None:
        """Return when one worker can be started, without another await.

        Raises OutOfDescriptorsError if all workers are busy.
        """
        async with self._turn:
            if are_short():
                self._starter.drop_standbys()
            while are_short():
                if await self._starter.end_unused_zygotes():
                    continue
                idle = [item for item in self._supervisors if item.is_idle]
                if not idle:
                    raise OutOfDescriptorsError(
                        f"the runner is out of file descriptors (limit: {limit()}), "
                        "and all of its workers are busy",
                        hint="raise the limit (ulimit -n) before you start it",
                    )
                await min(idle, key=lambda item: item.used_at).rest()
