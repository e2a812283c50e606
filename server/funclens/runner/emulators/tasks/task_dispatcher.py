"""Sends an attempt of a task to its function, and says what became of it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from funclens.runner.emulators.deliverer import Attempt
from funclens.runner.emulators.tasks.task_request import request_of_task
from funclens.runner.emulators.tasks.task_target import find_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.model import Catalog
    from funclens.runner.emulators.deliverer import Delivery
    from funclens.runner.emulators.tasks.queued_task import QueuedTask
    from funclens.runner.emulators.tasks.resource_names import QueueName
    from funclens.runner.units.pool import WorkerPool

__all__ = ["TaskDispatcher"]

_TYPE = "task"
_SOON_SECONDS = 1.0
_FIREBASE_TRIGGER = "tasks.on_task_dispatched"


class TaskDispatcher:
    """Knows the functions of the catalog."""

    def __init__(
        self, delivery: Delivery, pool: WorkerPool, warn: Callable[[str, str], None]
    ) -> None:
        """`warn` takes a message and a hint."""
        self._delivery = delivery
        self._pool = pool
        self._catalog = pool.catalog
        self._warn = warn
        self._attempts: dict[tuple[str, str], Attempt] = {}
        """Those whose result isn't known, by queue and task."""
        self._unknown: set[str] = set()
        """Targets and queues that were warned about."""

    def update(self, catalog: Catalog) -> None:
        """Send to the functions of another catalog."""
        self._catalog = catalog
        self._unknown.clear()

    def has_function(self, queue: str) -> bool:
        """Return whether a queue is deployed with a function, which gets its tasks."""
        return find_target("", queue, self._catalog) is not None

    async def dispatch(self, task: QueuedTask, name: QueueName) -> int:
        """Send the attempt that has begun; return the status, 0 for no answer.

        Without a function it is 404, as where a function was deleted.
        """
        queue = name.queue
        target = find_target(task.target.url, queue, self._catalog)
        if target is None:
            self._warn_unknown(task.target.url, queue)
            return 404
        if task.attempts == 1 and target.function.trigger == _FIREBASE_TRIGGER:
            self._check_data(task, queue)
        request = request_of_task(task, name, target.path)
        attempt = Attempt(f"queue {queue}", _TYPE, task.id, task.attempts)
        if not any(name.lower() == "traceparent" for name, _ in task.target.headers):
            attempt.trace_parent = task.trace_parent
        self._attempts[queue, task.id] = attempt
        sending = self._delivery.post(target.function, request, attempt)
        is_debugged = self._pool.is_debugged(target.function.unit)
        try:
            await asyncio.wait_for(sending, None if is_debugged else task.deadline)
        except (TimeoutError, asyncio.TimeoutError):
            attempt.answered(0)
        except asyncio.CancelledError:
            del self._attempts[queue, task.id]
            raise
        return attempt.status

    def announce(self, task: QueuedTask, queue: str) -> None:
        """Publish that a task waits, unless it is due almost at once."""
        seconds = task.due - task.created
        if seconds < _SOON_SECONDS:
            return
        target = find_target(task.target.url, queue, self._catalog)
        if target is not None:
            self._delivery.publish_enqueued(
                target.function, f"queue {queue}", task.id, seconds
            )

    def publish(self, task: QueuedTask, queue: str, result: str) -> None:
        """Publish what became of the last attempt."""
        target = find_target(task.target.url, queue, self._catalog)
        attempt = self._attempts.pop((queue, task.id), None)
        if target is not None and attempt is not None:
            attempt.decide(result)
            self._delivery.publish(target.function, attempt)

    def _check_data(self, task: QueuedTask, queue: str) -> None:
        """Warn about a body that the function of Firebase refuses."""
        try:
            value = json.loads(task.target.body)
        except (ValueError, RecursionError):
            value = None
        if (isinstance(value, dict) and "data" in value) or queue in self._unknown:
            return
        self._unknown.add(queue)
        self._warn(
            f"queue {queue}: the body of a task has no 'data', so the function answers "
            "400, as in production",
            'enqueue({"data": …}): firebase-admin sends what it is given',
        )

    def _warn_unknown(self, url: str, queue: str) -> None:
        what = url or f"queue {queue}"
        if what in self._unknown or len(self._unknown) > 100:
            return
        self._unknown.add(what)
        if url:
            self._warn(
                f"queue {queue}: no function here has the URL {url}; nothing is sent",
                "tasks reach functions by name: https://REGION-PROJECT."
                "cloudfunctions.net/NAME, https://NAME-….run.app, or the URL of this "
                "runner",
            )
        else:
            self._warn(f"queue {queue}: its function is gone", "")
