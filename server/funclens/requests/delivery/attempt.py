"""The request of one delivery attempt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.requests.request import Request

__all__ = ["is_delivered", "request_of_attempt"]


def is_delivered(status: int) -> bool:
    """Return whether a service takes a response as success."""
    return 200 <= status < 300


def request_of_attempt(request: Request, statuses: Sequence[int]) -> Request:
    """Return the request as the sender repeats it.

    `statuses` are those of the attempts before; 0 is no response. Only Cloud Tasks
    tells attempts apart: it counts all of them, and those that had a response other
    than a server error.
    """
    tasks = {
        "x-cloudtasks-taskretrycount": str(len(statuses)),
        "x-cloudtasks-taskexecutioncount": str(sum(0 < s < 500 for s in statuses)),
    }
    if not statuses or not any(name.lower() in tasks for name, _ in request.headers):
        return request
    headers = [
        (name, tasks.get(name.lower(), value)) for name, value in request.headers
    ]
    headers.append(("X-CloudTasks-TaskPreviousResponse", str(statuses[-1])))
    headers.append(("X-CloudTasks-TaskRetryReason", ""))
    return replace(request, headers=tuple(headers))
