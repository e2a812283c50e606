"""The methods of Cloud Tasks' API, by name; JSON in, JSON out.

Requests have the fields of the messages in `google.cloud.tasks.v2`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.runner.emulators.tasks.api_error import ApiError
from funclens.runner.emulators.tasks.queue_limits import limits_of_json
from funclens.runner.emulators.tasks.resource_names import (
    parse_location,
    parse_queue,
    parse_task,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from funclens.runner.emulators.tasks.queue_store import QueueStore
    from funclens.runner.emulators.tasks.task_dispatcher import TaskDispatcher
    from funclens.runner.emulators.tasks.task_queue import TaskQueue

    Given = Mapping[str, Any]
    Found = dict[str, Any]

__all__ = ["METHODS", "TasksApi"]

_PAGE = 1_000
METHODS = (
    *("CreateTask", "GetTask", "ListTasks", "DeleteTask", "RunTask"),
    *("CreateQueue", "GetQueue", "ListQueues", "UpdateQueue", "DeleteQueue"),
    *("PauseQueue", "ResumeQueue", "PurgeQueue"),
)


class TasksApi:
    """Answers requests."""

    def __init__(self, store: QueueStore, dispatcher: TaskDispatcher) -> None:
        self._store = store
        self._dispatcher = dispatcher
        self._methods: dict[str, Callable[[Given], Awaitable[Found]]] = {
            "GetTask": self._get_task,
            "ListTasks": self._list_tasks,
            "DeleteTask": self._delete_task,
            "RunTask": self._run_task,
            "CreateQueue": self._create_queue,
            "GetQueue": self._get_queue,
            "ListQueues": self._list_queues,
            "UpdateQueue": self._update_queue,
            "DeleteQueue": self._delete_queue,
            "PauseQueue": self._pause_queue,
            "ResumeQueue": self._resume_queue,
            "PurgeQueue": self._purge_queue,
        }

    async def call(
        self, method: str, given: Given, sender: tuple[str, str] | None = None
    ) -> Found:
        """Return the response of a method. Raises ApiError.

        `sender` are trace and span of the request that makes the call.
        """
        if method == "CreateTask":
            return await self._create_task(given, sender)
        handler = self._methods.get(method)
        if handler is None:
            message = f"Method {method} of Cloud Tasks is not served here."
            raise ApiError("UNIMPLEMENTED", message)
        return await handler(given)

    async def _create_task(self, given: Given, sender: tuple[str, str] | None) -> Found:
        name = parse_queue(given.get("parent"))
        task = given.get("task")
        request = task.get("httpRequest") if isinstance(task, dict) else None
        has_url = isinstance(request, dict) and bool(request.get("url"))
        if has_url and name not in self._store.queues:
            # In production somebody has created it, by hand or with Terraform.
            self._store.create(name, limits_of_json({}))
        queue = self._store.find(name)
        if not has_url and not self._dispatcher.has_function(name.queue):
            raise ApiError("INVALID_ARGUMENT", "HttpRequest.url is required.")
        created = self._store.add(queue, task)
        created.trace_parent = sender
        return created.to_json(name.path, is_full=_is_full(given))

    async def _get_task(self, given: Given) -> Found:
        name, id_ = parse_task(given.get("name"))
        _, task = self._store.find_task(name, id_)
        return task.to_json(name.path, is_full=_is_full(given))

    async def _list_tasks(self, given: Given) -> Found:
        name = parse_queue(given.get("parent"))
        tasks = [*self._store.find(name).tasks.values()]
        is_full = _is_full(given)
        part, token = _page(tasks, given)
        found = [task.to_json(name.path, is_full=is_full) for task in part]
        return {"tasks": found, **token}

    async def _delete_task(self, given: Given) -> Found:
        queue, task = self._store.find_task(*parse_task(given.get("name")))
        queue.delete(task)
        return {}

    async def _run_task(self, given: Given) -> Found:
        name, id_ = parse_task(given.get("name"))
        queue, task = self._store.find_task(name, id_)
        queue.run(task)
        return task.to_json(name.path, is_full=_is_full(given))

    async def _create_queue(self, given: Given) -> Found:
        parent = parse_location(given.get("parent"))
        queue = _queue_of(given)
        name = parse_queue(queue.get("name"))
        if name.parent != parent:
            message = "The location from request must be the same as that of the queue."
            raise ApiError("INVALID_ARGUMENT", message)
        return self._store.create(name, limits_of_json(queue)).to_json()

    async def _get_queue(self, given: Given) -> Found:
        return self._queue(given).to_json()

    async def _list_queues(self, given: Given) -> Found:
        parent = parse_location(given.get("parent"))
        queues = [q for n, q in self._store.queues.items() if n.parent == parent]
        part, token = _page(queues, given)
        return {"queues": [queue.to_json() for queue in part], **token}

    async def _update_queue(self, given: Given) -> Found:
        asked = _queue_of(given)
        name = parse_queue(asked.get("name"))
        if name not in self._store.queues:
            return self._store.create(name, limits_of_json(asked)).to_json()
        queue = self._store.find(name)
        queue.configure(limits_of_json(asked, queue.limits))
        return queue.to_json()

    async def _delete_queue(self, given: Given) -> Found:
        await self._store.remove(parse_queue(given.get("name")))
        return {}

    async def _pause_queue(self, given: Given) -> Found:
        queue = self._queue(given)
        queue.pause(is_paused=True)
        return queue.to_json()

    async def _resume_queue(self, given: Given) -> Found:
        queue = self._queue(given)
        queue.pause(is_paused=False)
        return queue.to_json()

    async def _purge_queue(self, given: Given) -> Found:
        queue = self._queue(given)
        for task in [*queue.tasks.values()]:
            queue.delete(task)
        return queue.to_json()

    def _queue(self, given: Given) -> TaskQueue:
        return self._store.find(parse_queue(given.get("name")))


def _queue_of(given: Given) -> Given:
    queue = given.get("queue")
    if not isinstance(queue, dict):
        raise ApiError("INVALID_ARGUMENT", "Queue must be set.")
    return queue


def _is_full(given: Given) -> bool:
    return given.get("responseView") in {"FULL", 2, "2"}


def _page(items: Sequence[Any], given: Given) -> tuple[Sequence[Any], Found]:
    """Return a part of a list, and the token of the next one."""
    try:
        start = int(given.get("pageToken") or 0)
        size = min(int(given.get("pageSize") or _PAGE), _PAGE)
    except (TypeError, ValueError, OverflowError):
        start = size = -1
    if start < 0 or size < 0:
        raise ApiError("INVALID_ARGUMENT", "The page token or page size is invalid.")
    end = start + size
    return items[start:end], {"nextPageToken": str(end)} if end < len(items) else {}
