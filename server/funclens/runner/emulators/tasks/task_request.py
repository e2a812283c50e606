"""The request of an attempt, with production's headers. Pure.

The headers are those of "Create HTTP target tasks" in the guide of Cloud Tasks.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from funclens.requests.request import Request

if TYPE_CHECKING:
    from funclens.runner.emulators.tasks.queued_task import QueuedTask
    from funclens.runner.emulators.tasks.resource_names import QueueName

__all__ = ["request_of_task"]

_COMPUTED = frozenset(
    {"host", "content-length", "user-agent", "transfer-encoding", "connection"}
)
"""Headers that Cloud Tasks replaces."""
_RESERVED = ("x-google-", "x-appengine-", "x-cloudtasks-")
_TOKEN_SECONDS = 3600


def request_of_task(task: QueuedTask, queue: QueueName, path: str) -> Request:
    """Return the request of the attempt that has begun.

    `path` is below the function.
    """
    target = task.target
    headers = [
        (name, value)
        for name, value in target.headers
        if name.lower() not in _COMPUTED and not name.lower().startswith(_RESERVED)
    ]
    given = {name.lower() for name, _ in headers}
    if target.body and "content-type" not in given:
        headers.append(("Content-Type", "application/octet-stream"))
    token = _token(task, queue)
    if token and "authorization" not in given:
        headers.append(("Authorization", f"Bearer {token}"))
    headers += [
        ("User-Agent", "Google-Cloud-Tasks"),
        ("X-CloudTasks-QueueName", queue.queue),
        ("X-CloudTasks-TaskName", task.id),
        ("X-CloudTasks-TaskRetryCount", str(task.attempts - 1)),
        ("X-CloudTasks-TaskExecutionCount", str(task.executions)),
        ("X-CloudTasks-TaskETA", f"{task.due:.6f}"),
    ]
    if task.attempts > 1:
        headers.append(("X-CloudTasks-TaskPreviousResponse", str(task.last_status)))
        headers.append(("X-CloudTasks-TaskRetryReason", ""))
    return Request(target.method, path, tuple(headers), target.body)


def _token(task: QueuedTask, queue: QueueName) -> str:
    """Return a token like Google's, but unsigned; empty if none is asked for."""
    asked: dict[str, Any] = (task.target.token or {}).get("oidcToken") or {}
    email = asked.get("serviceAccountEmail")
    if not email:
        return ""
    host = f"{queue.location}-{queue.project}.cloudfunctions.net"
    url = task.target.url or f"https://{host}/{queue.queue}"
    issued = int(task.last_attempt_at or 0)
    claims = {
        "aud": asked.get("audience") or url,
        "email": email,
        "email_verified": True,
        "iat": issued,
        "exp": issued + _TOKEN_SECONDS,
        "iss": "https://accounts.google.com",
    }
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
