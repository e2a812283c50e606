"""Which method of the API a request over HTTP calls. Pure."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from funclens.dataclass import dataclass
from funclens.runner.emulators.tasks.api_error import ApiError

__all__ = ["Call", "parse_call"]

_VERSION = re.compile(r"/v2(beta3)?(?=/)")
_RPC = re.compile(r"/google\.cloud\.tasks\.v2(?:beta3)?\.CloudTasks/([A-Za-z]+)")
"""What the bridge for gRPC calls."""
_L = r"(projects/[^/]+/locations/[^/:]+)"
_Q = rf"({_L}/queues/[^/:]+)"
_ROUTES = tuple(
    (method, re.compile(pattern), name, field)
    for method, pattern, name, field in (
        ("POST", rf"{_Q}/tasks", "CreateTask", "parent"),
        ("GET", rf"{_Q}/tasks", "ListTasks", "parent"),
        ("GET", rf"({_Q}/tasks/[^/:]+)", "GetTask", "name"),
        ("DELETE", rf"({_Q}/tasks/[^/:]+)", "DeleteTask", "name"),
        ("POST", rf"({_Q}/tasks/[^/:]+):run", "RunTask", "name"),
        ("POST", rf"{_L}/queues", "CreateQueue", "parent"),
        ("GET", rf"{_L}/queues", "ListQueues", "parent"),
        ("GET", _Q, "GetQueue", "name"),
        ("DELETE", _Q, "DeleteQueue", "name"),
        ("PATCH", _Q, "UpdateQueue", "name"),
        ("POST", rf"{_Q}:pause", "PauseQueue", "name"),
        ("POST", rf"{_Q}:resume", "ResumeQueue", "name"),
        ("POST", rf"{_Q}:purge", "PurgeQueue", "name"),
    )
)
_QUEUE_IN_BODY = frozenset({"CreateQueue", "UpdateQueue"})


@dataclass(frozen=True, slots=True)
class Call:
    """A method and its request."""

    method: str
    request: dict[str, Any]
    is_emulator: bool = False
    """True for the paths of Firebase's emulator, which clients know it by."""


def parse_call(verb: str, target: str, body: bytes) -> Call:
    """Return what a request asks for. Raises ApiError."""
    path, _, query = target.partition("?")
    given = _json(body)
    rpc = _RPC.fullmatch(path)
    if rpc is not None:
        return Call(rpc[1], given)
    versioned = _VERSION.match(path)
    plain = unquote(path[versioned.end() :] if versioned else path).strip("/")
    for wanted, pattern, method, field in _ROUTES:
        found = pattern.fullmatch(plain) if wanted == verb else None
        if found is not None:
            if method in _QUEUE_IN_BODY:
                given = {"queue": {"name": found[1], **given}}
            given = {**dict(parse_qsl(query)), **given, field: found[1]}
            return Call(method, given, versioned is None)
    raise ApiError("NOT_FOUND", f"Cloud Tasks has no method at {verb} {path}.")


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ApiError("INVALID_ARGUMENT", "The body must be a JSON object.")
    return value
