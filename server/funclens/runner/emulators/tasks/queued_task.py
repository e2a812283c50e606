"""One task: what a client asked for, and what became of it so far."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass
from funclens.runner.emulators.tasks.api_error import ApiError
from funclens.runner.emulators.tasks.queue_limits import policy_of_json
from funclens.runner.emulators.tasks.resource_names import parse_task
from funclens.runner.emulators.tasks.wire_times import (
    duration_text,
    parse_duration,
    parse_time,
    time_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.requests.delivery.retry_policy import RetryPolicy
    from funclens.runner.emulators.tasks.resource_names import QueueName

__all__ = ["HttpTarget", "QueuedTask", "task_of_json"]

_DEADLINE_SECONDS = 600.0
_SHORTEST_DEADLINE, _LONGEST_DEADLINE = 15.0, 1800.0
_FURTHEST_SECONDS = 30 * 24 * 3600
_LARGEST = 1024 * 1024
"""Maximum size of a task in bytes."""
_LONGEST_URL = 2083
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_BY_NUMBER = dict(
    enumerate(("POST", "POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"))
)
"""Methods by their numbers in the API; 0 is none."""
_METHODS = _WITH_BODY | {"GET", "HEAD", "DELETE", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class HttpTarget:
    """The request that a task sends."""

    url: str
    """Empty for a task of firebase-admin: the function of the queue."""
    method: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    token: Mapping[str, Any] | None = None
    """`oidcToken` or `oauthToken` with what was asked for, if any."""


@dataclass(slots=True)
class QueuedTask:
    """A task that waits for an attempt, or has one."""

    id: str
    target: HttpTarget
    due: float
    """Seconds since 1970."""
    created: float
    deadline: float
    """Seconds that an attempt may take."""
    retries: RetryPolicy | None = None
    """Policy of this task only."""
    trace_parent: tuple[str, str] | None = None
    """Trace and span of the request that created it, if known."""
    attempts: int = 0
    responses: int = 0
    executions: int = 0
    """Responses that were no server errors."""
    last_status: int = 0
    first_attempt_at: float | None = None
    last_attempt_at: float | None = None
    last_response_at: float | None = None
    is_running: bool = False
    is_deleted: bool = False

    @property
    def size(self) -> int:
        """Bytes that it occupies, roughly."""
        headers = sum(len(name) + len(value) for name, value in self.target.headers)
        return 1_000 + len(self.target.body) + len(self.target.url) + headers

    def begin(self, now: float) -> None:
        """Count an attempt."""
        self.is_running = True
        self.attempts += 1
        self.last_attempt_at = now
        if self.first_attempt_at is None:
            self.first_attempt_at = now

    def end(self, status: int, now: float) -> None:
        """Count the response of an attempt; 0 for none."""
        self.is_running = False
        self.last_status = status
        if status:
            self.responses += 1
            self.last_response_at = now
            self.executions += status < 500

    def to_json(self, queue: str, *, is_full: bool) -> dict[str, Any]:
        """Return it as the API does; the body only in the full view."""
        request: dict[str, Any] = {
            "url": self.target.url,
            "httpMethod": self.target.method,
            "headers": dict(self.target.headers),
            **(self.target.token or {}),
        }
        if is_full:
            request["body"] = base64.b64encode(self.target.body).decode()
        found: dict[str, Any] = {
            "name": f"{queue}/tasks/{self.id}",
            "httpRequest": request,
            "scheduleTime": time_text(self.due),
            "createTime": time_text(int(self.created)),
            "dispatchDeadline": duration_text(self.deadline),
            "dispatchCount": self.attempts,
            "responseCount": self.responses,
            "view": "FULL" if is_full else "BASIC",
        }
        if self.first_attempt_at is not None:
            found["firstAttempt"] = {"dispatchTime": time_text(self.first_attempt_at)}
            found["lastAttempt"] = self._last_attempt()
        return found

    def _last_attempt(self) -> dict[str, Any]:
        found: dict[str, Any] = {"dispatchTime": time_text(self.last_attempt_at)}
        if not self.is_running and self.last_response_at is not None:
            found["responseTime"] = time_text(self.last_response_at)
            found["responseStatus"] = {
                "message": f"HTTP status code {self.last_status}"
            }
        return found


def task_of_json(
    given: object, queue: QueueName, retries: RetryPolicy, *, new_id: str, now: float
) -> QueuedTask:
    """Return the task that a client wants to create. Raises ApiError.

    `retries` is the policy of the queue; `new_id` is used if the client gives no name.
    """
    if not isinstance(given, dict):
        raise _wrong("Task must be set.")
    if given.get("appEngineHttpRequest") is not None:
        raise ApiError(
            "UNIMPLEMENTED",
            "Tasks of App Engine are not served here: use httpRequest with the URL of "
            "a function.",
        )
    due = parse_time(given.get("scheduleTime"), "Task.scheduleTime") or now
    if due > now + _FURTHEST_SECONDS:
        raise _wrong("Task.scheduleTime must be at most 30 days in the future.")
    deadline = parse_duration(given.get("dispatchDeadline"), "Task.dispatchDeadline")
    if deadline is not None and not _SHORTEST_DEADLINE <= deadline <= _LONGEST_DEADLINE:
        raise _wrong("Task.dispatchDeadline must be between 15s and 1800s.")
    own = given.get("retryConfig")
    task = QueuedTask(
        _id_of(given.get("name"), queue) or new_id,
        _target_of(given.get("httpRequest")),
        max(due, now),
        now,
        deadline or _DEADLINE_SECONDS,
        policy_of_json(own, retries) if isinstance(own, dict) else None,
    )
    if task.size > _LARGEST:
        raise _wrong("Task size must be at most 1 MB.")
    return task


def _id_of(name: object, queue: QueueName) -> str:
    if name is None or name == "":
        return ""
    parent, id_ = parse_task(name)
    if parent != queue:
        raise _wrong(
            "The queue name from request must be the same as that of the task."
        )
    return id_


def _target_of(given: object) -> HttpTarget:
    if not isinstance(given, dict):
        raise _wrong("Task.httpRequest must be set.")
    url = given.get("url") or ""
    if not isinstance(url, str) or len(url) > _LONGEST_URL:
        raise _wrong("HttpRequest.url must have at most 2083 characters.")
    if not url.isprintable() or " " in url:
        raise _wrong("HttpRequest.url must have no spaces or control characters.")
    if url and not url.lower().startswith(("http://", "https://")):
        raise _wrong("HttpRequest.url must begin with http:// or https://.")
    method = given.get("httpMethod") or "POST"
    method = _BY_NUMBER.get(method, method) if isinstance(method, int) else method
    method = "POST" if method == "HTTP_METHOD_UNSPECIFIED" else method
    if method not in _METHODS:
        raise _wrong(f"HttpRequest.httpMethod is unknown: {method!r}.")
    body = _body_of(given.get("body"))
    if body and method not in _WITH_BODY:
        raise _wrong("HTTP request body is allowed for POST, PUT and PATCH only.")
    kinds = ("oidcToken", "oauthToken")
    token = {kind: given[kind] for kind in kinds if isinstance(given.get(kind), dict)}
    return HttpTarget(url, method, _headers_of(given.get("headers")), body, token)


def _body_of(value: object) -> bytes:
    if value is None:
        return b""
    try:
        if isinstance(value, str):
            text = value.replace("-", "+").replace("_", "/")
            return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        pass
    raise _wrong("HttpRequest.body must be base64.")


def _headers_of(value: object) -> tuple[tuple[str, str], ...]:
    if not value:
        return ()
    if not isinstance(value, dict):
        raise _wrong("HttpRequest.headers must be an object of strings.")
    found = []
    for name, text in value.items():
        if not isinstance(text, str) or not _is_header(name, text):
            raise _wrong(f"HttpRequest.headers has an invalid header: {name!r}.")
        found.append((name, text))
    return tuple(found)


def _is_header(name: str, value: str) -> bool:
    is_name = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return is_name and value.isprintable() and _is_latin(value)


def _is_latin(value: str) -> bool:
    return all(ord(character) < 256 for character in value)


def _wrong(message: str) -> ApiError:
    return ApiError("INVALID_ARGUMENT", message)
