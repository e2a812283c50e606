"""Names of queues and tasks. Pure."""

from __future__ import annotations

import re

from funclens.dataclass import dataclass
from funclens.runner.emulators.tasks.api_error import ApiError

__all__ = ["QueueName", "parse_location", "parse_queue", "parse_task"]

_LOCATION = re.compile(r"projects/([^/]+)/locations/([^/]+)")
_QUEUE = re.compile(rf"{_LOCATION.pattern}/queues/([^/]+)")
_TASK = re.compile(rf"({_QUEUE.pattern})/tasks/([^/]+)")
_QUEUE_ID = re.compile(r"[A-Za-z0-9-]{1,100}")
_LOCATION_ID = re.compile(r"[a-z0-9-]{1,63}")
_TASK_ID = re.compile(r"[A-Za-z0-9_-]{1,500}")


@dataclass(frozen=True, slots=True)
class QueueName:
    """Full name of a queue."""

    project: str
    location: str
    queue: str

    @property
    def path(self) -> str:
        """The name as the API has it."""
        return f"{self.parent}/queues/{self.queue}"

    @property
    def parent(self) -> str:
        """The location that has it."""
        return f"projects/{self.project}/locations/{self.location}"


def parse_location(text: object) -> str:
    """Return the full name of a location. Raises ApiError."""
    if not isinstance(text, str) or not _LOCATION.fullmatch(text):
        raise ApiError(
            "INVALID_ARGUMENT",
            "The name must be projects/PROJECT_ID/locations/LOCATION_ID.",
        )
    return text


def parse_queue(text: object) -> QueueName:
    """Parse the full name of a queue. Raises ApiError."""
    found = _QUEUE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ApiError(
            "INVALID_ARGUMENT",
            "Queue name must be "
            "projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID.",
        )
    name = QueueName(*found.groups())
    if not _QUEUE_ID.fullmatch(name.queue):
        raise ApiError(
            "INVALID_ARGUMENT",
            f'Queue ID "{name.queue}" can contain only letters ([A-Za-z]), numbers '
            "([0-9]), or hyphens (-). Queue ID must be between 1 and 100 characters.",
        )
    if not _LOCATION_ID.fullmatch(name.location):
        raise ApiError(
            "INVALID_ARGUMENT", f'Location "{name.location}" is not a valid location.'
        )
    return name


def parse_task(text: object) -> tuple[QueueName, str]:
    """Parse the full name of a task: its queue and its id. Raises ApiError."""
    found = _TASK.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ApiError(
            "INVALID_ARGUMENT",
            "Task name must be "
            "projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID/tasks/TASK_ID.",
        )
    if not _TASK_ID.fullmatch(found[5]):
        raise ApiError(
            "INVALID_ARGUMENT",
            "Task ID can contain only letters ([A-Za-z]), numbers ([0-9]), hyphens "
            "(-), or underscores (_). Task ID must be between 1 and 500 characters.",
        )
    return parse_queue(found[1]), found[5]
