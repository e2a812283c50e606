"""One queue: when which of its tasks gets an attempt."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import time
from typing import TYPE_CHECKING, Any

from funclens.requests.delivery.attempt import is_delivered
from funclens.runner.emulators.tasks.queue_limits import TokenBucket

if TYPE_CHECKING:
    from funclens.runner.emulators.tasks.queue_limits import QueueLimits
    from funclens.runner.emulators.tasks.queued_task import QueuedTask
    from funclens.runner.emulators.tasks.resource_names import QueueName
    from funclens.runner.emulators.tasks.task_dispatcher import TaskDispatcher

__all__ = ["TaskQueue"]

_LONGEST_PAUSE = 30.0
"""After a computer slept, tasks are late by that much at most."""


class TaskQueue:
    """Tasks of a queue, and their attempts."""

    def __init__(
        self, name: QueueName, limits: QueueLimits, dispatcher: TaskDispatcher
    ) -> None:
        self.name = name
        self.is_paused = False
        self.tasks: dict[str, QueuedTask] = {}
        """By id, oldest first: those that are neither done nor deleted."""
        self.bytes = 0
        """Size of all tasks."""
        self._limits = limits
        self._dispatcher = dispatcher
        self._bucket = TokenBucket(limits.per_second)
        self._due: list[tuple[float, int, QueuedTask]] = []
        self._order = itertools.count()
        self._changed = asyncio.Event()
        self._attempts: set[asyncio.Task[None]] = set()
        self._serving: asyncio.Task[None] | None = None

    @property
    def limits(self) -> QueueLimits:
        """How fast and how often tasks are dispatched."""
        return self._limits

    def configure(self, limits: QueueLimits) -> None:
        """Use other limits from now on."""
        if limits != self._limits:
            self._limits = limits
            self._bucket = TokenBucket(limits.per_second)
            self._changed.set()

    def pause(self, *, is_paused: bool) -> None:
        """Stop dispatching tasks, or go on."""
        self.is_paused = is_paused
        self._changed.set()

    def add(self, task: QueuedTask) -> None:
        """Dispatch a task when it is due."""
        self.tasks[task.id] = task
        self.bytes += task.size
        self._dispatcher.announce(task, self.name.queue)
        self._schedule(task)
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())

    def delete(self, task: QueuedTask) -> None:
        """Forget a task; an attempt that has begun goes on, and is the last."""
        task.is_deleted = True
        if self.tasks.pop(task.id, None) is not None:
            self.bytes -= task.size

    def run(self, task: QueuedTask) -> None:
        """Dispatch a task now, whatever the limits are."""
        if not task.is_running:
            task.due = time.time()
            self._begin(task)

    async def close(self) -> None:
        """Stop dispatching; attempts that have begun are given up."""
        running = [*self._attempts]
        if self._serving is not None:
            running.append(self._serving)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def to_json(self) -> dict[str, Any]:
        """Return the queue as the API has it."""
        state = "PAUSED" if self.is_paused else "RUNNING"
        return {"name": self.name.path, **self._limits.to_json(), "state": state}

    def _schedule(self, task: QueuedTask) -> None:
        heapq.heappush(self._due, (task.due, next(self._order), task))
        self._changed.set()

    async def _serve(self) -> None:
        while True:
            self._changed.clear()
            pause = self._begin_due(time.time(), time.monotonic())
            with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), pause)

    def _begin_due(self, now: float, monotonic: float) -> float | None:
        """Begin all attempts that may begin; return the pause until more may.

        None means that something has to change first.
        """
        while self._due and not self.is_paused:
            due, _, task = self._due[0]
            if task.is_deleted or task.is_running or due != task.due:
                heapq.heappop(self._due)  # outdated
                continue
            if due > now:
                return min(due - now, _LONGEST_PAUSE)
            if len(self._attempts) >= self._limits.at_once:
                return None
            pause = self._bucket.wait(monotonic)
            if pause > 0:
                return pause
            self._bucket.take()
            heapq.heappop(self._due)
            self._begin(task)
        return None

    def _begin(self, task: QueuedTask) -> None:
        task.begin(time.time())
        attempt = asyncio.create_task(self._attempt(task))
        self._attempts.add(attempt)
        attempt.add_done_callback(self._ended)

    def _ended(self, attempt: asyncio.Task[None]) -> None:
        self._attempts.discard(attempt)
        self._changed.set()

    async def _attempt(self, task: QueuedTask) -> None:
        status = await self._dispatcher.dispatch(task, self.name)
        now = time.time()
        task.end(status, now)
        if is_delivered(status):
            self._finish(task, "delivered")
            return
        policy = task.retries or self._limits.retries
        since = now - (task.first_attempt_at or now)
        pause = policy.delay_after(task.attempts)
        if task.is_deleted or policy.ends_before(task.attempts + 1, since + pause):
            self._finish(task, "dropped")
            return
        self._dispatcher.publish(task, self.name.queue, "retrying")
        task.due = now + pause
        self._schedule(task)

    def _finish(self, task: QueuedTask, result: str) -> None:
        self._dispatcher.publish(task, self.name.queue, result)
        self.delete(task)
