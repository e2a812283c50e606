"""The request of one delivery attempt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funclens.requests.request import Request

__all__ = ["is_delivered", "request_of_attempt"]


def is_delivered(status: int) -> bool:
    """Return whether a service takes a response as success."""
    return 200 <= status < 300


def request_of_attempt(request: Request, number: int, previous: int) -> Request:
    """Return the request as the sender repeats it.

    `number` starts at 1; `previous` is the status of the attempt before. Only Cloud
    Tasks tells attempts apart.
    """
    tasks = {
        "x-cloudtasks-taskretrycount": str(number - 1),
        "x-cloudtasks-taskexecutioncount": str(number - 1),
    }
    if number == 1 or not any(name.lower() in tasks for name, _ in request.headers):
        return request
    headers = [
        (name, tasks.get(name.lower(), value)) for name, value in request.headers
    ]
    headers.append(("X-CloudTasks-TaskPreviousResponse", str(previous)))
    return replace(request, headers=tuple(headers))
