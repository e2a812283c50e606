"""Cloud Tasks for the functions of a runner."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from funclens.runner.emulators.tasks.api_error import ApiError
from funclens.runner.emulators.tasks.grpc_bridge import GrpcBridge
from funclens.runner.emulators.tasks.queue_limits import limits_of_trigger
from funclens.runner.emulators.tasks.queue_store import QueueStore
from funclens.runner.emulators.tasks.resource_names import QueueName, parse_queue
from funclens.runner.emulators.tasks.task_dispatcher import TaskDispatcher
from funclens.runner.emulators.tasks.tasks_api import TasksApi
from funclens.runner.emulators.tasks.tasks_listener import TasksListener

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.model import Catalog
    from funclens.runner.emulators.deliverer import Delivery
    from funclens.runner.emulators.tasks.queue_limits import QueueLimits
    from funclens.runner.units.pool import WorkerPool

    Warn = Callable[[str, str], None]

__all__ = ["CloudTasks", "declared_queues"]

_LOCATION = "us-central1"
"""Where functions of Firebase are that name no region."""


def declared_queues(
    catalog: Catalog, project: str
) -> dict[QueueName, tuple[str, QueueLimits]]:
    """Return the queues that are deployed with functions: function and limits.

    Raises nothing: a name that can't be that of a queue has none, as in production.
    """
    found = {}
    for function in catalog.functions:
        for trigger in function.triggers:
            if trigger.kind != "tasks" or not trigger.get("queue"):
                continue
            for location in function.options.regions or (_LOCATION,):
                name = QueueName(project, location, trigger.get("queue"))
                try:
                    parse_queue(name.path)
                except ApiError:
                    continue
                found[name] = function.id, limits_of_trigger(trigger)
    return found


class CloudTasks:
    """Listens from the start, so that functions know the address."""

    def __init__(self, project: str, warn: Warn) -> None:
        """`warn` takes a message and a hint."""
        self._project = project
        self._warn = warn
        self._listener = TasksListener()
        self.host = self._listener.host
        """Host and port."""
        self._wired: dict[QueueName, str] = {}
        self._store: QueueStore | None = None
        self._bridge: GrpcBridge | None = None
        self._working: list[asyncio.Task[None]] = []
        self._is_announced = False

    @property
    def connecting(self) -> list[tuple[str, str]]:
        """Functions, by id, and sources that reach them or will."""
        return [(id_, f"queue {name.queue}") for name, id_ in self._wired.items()]

    def start(self, delivery: Delivery, pool: WorkerPool) -> None:
        """Serve clients, and dispatch tasks to the functions of a pool."""
        self._delivery = delivery
        self._dispatcher = TaskDispatcher(delivery, pool, self._warn)
        self._store = QueueStore(self._dispatcher)
        self._bridge = GrpcBridge(self.host, pool, self._warn)
        api = TasksApi(self._store, self._dispatcher)
        serving = self._listener.serve(
            api, self._bridge, self._warn, delivery.sender_of
        )
        self._working = [
            asyncio.ensure_future(serving),
            asyncio.ensure_future(self._announce_use()),
        ]

    def update(self, catalog: Catalog) -> None:
        """Dispatch tasks to the functions of another catalog."""
        if self._store is None:
            return
        self._dispatcher.update(catalog)
        declared = declared_queues(catalog, self._project)
        if declared:
            self._announce()
        for name, function in list(self._wired.items()):
            if name not in declared or declared[name][0] != function:
                del self._wired[name]
                self._delivery.publish_unwired(function, f"queue {name.queue}")
        for name, (function, limits) in declared.items():
            if name in self._store.queues:
                self._store.queues[name].configure(limits)
            else:
                self._store.create(name, limits)
            if name not in self._wired:
                self._wired[name] = function
                self._delivery.publish_wired(function, f"queue {name.queue}")

    async def close(self) -> None:
        """Stop listening and dispatching; say what is lost."""
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        await self._listener.close()
        if self._bridge is not None:
            await self._bridge.close()
        if self._store is None:
            return
        for queue in self._store.queues.values():
            await queue.close()
        pending = self._store.pending()
        if pending:
            count = sum(pending.values())
            parts = ", ".join(f"{some:,} of {name}" for name, some in pending.items())
            what = "task was" if count == 1 else "tasks were"
            message = f"{count:,} {what} not delivered: {parts}"
            self._warn(message, "tasks are kept in memory; enqueue them again")

    async def _announce_use(self) -> None:
        """Say where Cloud Tasks is when a client connects that no trigger tells of."""
        await self._listener.is_used.wait()
        self._announce()

    def _announce(self) -> None:
        if not self._is_announced:
            self._is_announced = True
            self._delivery.publish_emulator("tasks", self.host, self._project)
