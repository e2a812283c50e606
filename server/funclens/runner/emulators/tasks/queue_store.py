"""All queues, their tasks, and the names that were used lately."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from funclens.runner.emulators.tasks.api_error import ApiError
from funclens.runner.emulators.tasks.queued_task import task_of_json
from funclens.runner.emulators.tasks.task_queue import TaskQueue

if TYPE_CHECKING:
    from funclens.runner.emulators.tasks.queue_limits import QueueLimits
    from funclens.runner.emulators.tasks.queued_task import QueuedTask
    from funclens.runner.emulators.tasks.resource_names import QueueName
    from funclens.runner.emulators.tasks.task_dispatcher import TaskDispatcher

__all__ = ["QueueStore"]

_MOST_TASKS = 100_000
_MOST_BYTES = 256 * 1024 * 1024
_MOST_QUEUES = 1_000
_REMEMBERED = 200_000
"""Names of tasks that are gone and can't be used again."""


class QueueStore:
    """Queues by name."""

    def __init__(self, dispatcher: TaskDispatcher) -> None:
        self.queues: dict[QueueName, TaskQueue] = {}
        self._dispatcher = dispatcher
        self._used: OrderedDict[tuple[QueueName, str], None] = OrderedDict()

    def find(self, name: QueueName) -> TaskQueue:
        """Return a queue. Raises ApiError if there is none."""
        queue = self.queues.get(name)
        if queue is None:
            others = [q.path for q in self.queues if q.queue == name.queue]
            where = f" There is {' and '.join(others)}." if others else ""
            raise ApiError("NOT_FOUND", f"Queue does not exist: {name.path}.{where}")
        return queue

    def create(self, name: QueueName, limits: QueueLimits) -> TaskQueue:
        """Create a queue. Raises ApiError if it exists."""
        if name in self.queues:
            raise ApiError("ALREADY_EXISTS", "Queue already exists")
        if len(self.queues) >= _MOST_QUEUES:
            raise ApiError("RESOURCE_EXHAUSTED", "There are too many queues.")
        queue = self.queues[name] = TaskQueue(name, limits, self._dispatcher)
        return queue

    async def remove(self, name: QueueName) -> None:
        """Delete a queue with its tasks. Raises ApiError if there is none."""
        queue = self.find(name)
        del self.queues[name]
        await queue.close()

    def add(self, queue: TaskQueue, given: Any) -> QueuedTask:
        """Add a task as a client describes it. Raises ApiError."""
        task = task_of_json(
            given,
            queue.name,
            queue.limits.retries,
            new_id=str(secrets.randbelow(9 * 10**18) + 10**18),
            now=time.time(),
        )
        key = (queue.name, task.id)
        if key in self._used:
            raise ApiError(
                "ALREADY_EXISTS",
                "The task cannot be created because a task with this name existed too "
                "recently. For more information about task de-duplication see "
                "https://cloud.google.com/tasks/docs/reference/rest/v2/"
                "projects.locations.queues.tasks/create#body.request_body.FIELDS.task.",
            )
        self._check_room(task)
        self._used[key] = None
        if len(self._used) > _REMEMBERED:
            self._forget_oldest()
        queue.add(task)
        return task

    def find_task(self, name: QueueName, id_: str) -> tuple[TaskQueue, QueuedTask]:
        """Return a task that is neither done nor deleted. Raises ApiError."""
        queue = self.find(name)
        task = queue.tasks.get(id_)
        if task is None:
            if (name, id_) in self._used:
                message = "The task no longer exists, though a task with this name "
                message += "existed recently. The task either successfully completed "
                message += "or was deleted."
                raise ApiError("NOT_FOUND", message)
            raise ApiError("NOT_FOUND", "Task does not exist.")
        return queue, task

    def pending(self) -> dict[str, int]:
        """Return the number of tasks by id of the queue, of those that have any."""
        found: dict[str, int] = {}
        for name, queue in self.queues.items():
            if queue.tasks:
                found[name.queue] = found.get(name.queue, 0) + len(queue.tasks)
        return found

    def _forget_oldest(self) -> None:
        """Forget a name that was used, unless its task still waits."""
        for _ in range(len(self._used)):
            (name, id_), _ = self._used.popitem(last=False)
            queue = self.queues.get(name)
            if queue is None or id_ not in queue.tasks:
                return
            self._used[name, id_] = None

    def _check_room(self, task: QueuedTask) -> None:
        queues = self.queues.values()
        is_full = sum(len(queue.tasks) for queue in queues) >= _MOST_TASKS
        if is_full or sum(queue.bytes for queue in queues) + task.size > _MOST_BYTES:
            raise ApiError("RESOURCE_EXHAUSTED", "Too many tasks wait already.")
