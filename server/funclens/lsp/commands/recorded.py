"""Requests of the runner's history: shown whole, sent again, copied."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from funclens.errors import UsageError
from funclens.lsp.commands.arguments import parse_call
from funclens.lsp.running.request_feed import summary_json
from funclens.requests.copying.copy_as import copy_as, copy_request, sent_request
from funclens.requests.recorded.recorded_request import MASK, recorded_request
from funclens.requests.recorded.save_test import write_test

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.lsp.session import Session
    from funclens.model import Function

__all__ = [
    "copied_request",
    "forget_requests",
    "recorded_id",
    "replay_recorded",
    "request_detail",
    "save_as_test",
]


def recorded_id(argument: Mapping[str, Any]) -> str | None:
    """Return the id in `request`, or None. Raises UsageError if it isn't an id."""
    value = argument.get("request")
    if value is not None and not (isinstance(value, str) and value):
        raise UsageError(f"`request` must be the id of a request: {value!r}")
    return value


async def forget_requests(session: Session, argument: Mapping[str, Any]) -> None:
    """Delete the `requests` of the history, by their ids; all without them.

    Raises UsageError, RunnerError. Without a runner there is nothing to delete.
    """
    ids = argument.get("requests")
    if ids is not None and not (
        isinstance(ids, list) and all(isinstance(id_, str) and id_ for id_ in ids)
    ):
        raise UsageError(f"`requests` must be ids of requests: {ids!r}")
    client = session.runner.bridge.client
    if client is None:
        return
    if ids is None:
        await client.forget_all()
    else:
        await client.forget(ids)


async def request_detail(
    session: Session, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Return all that the runner knows about a request, in the form of a client."""
    value = await session.runner.bridge.request(_wanted_id(argument))
    timing = value.get("timing") or {}
    delivery = value.get("delivery")
    return {
        **summary_json(value),
        "timing": {
            name: float(timing.get(name) or 0.0)
            for name in ("queued", "loading", "function", "streaming")
        },
        "request": _message(value.get("request")),
        "response": _message(value.get("response")),
        "output": "\n".join(map(str, value.get("output") or ())),
        "exception": value.get("exception"),
        "replay_of": value.get("replay_of"),
        "delivery": delivery or None,
        "draft": _draft(session, value),
    }


async def replay_recorded(session: Session, id_: str) -> dict[str, Any]:
    """Send identical bytes again; return the response as `funclens.call` does."""
    bridge = session.runner.bridge
    new = await bridge.replay(id_)
    value = await bridge.request(new)
    response = value.get("response") or {}
    body = response.get("body") or {}
    return {
        "id": value.get("function"),
        "request": new,
        "status": value.get("status") or 0,
        "reason": "",
        "headers": response.get("headers") or [],
        "seconds": value.get("seconds") or 0.0,
        **(
            {"body": body["base64"], "base64": True}
            if "base64" in body
            else {"body": body.get("text") or ""}
        ),
    }


async def copied_request(
    session: Session, argument: Mapping[str, Any], function: Function | None
) -> dict[str, Any]:
    """Return a request as text: one of the history, or one that is described."""
    kind = str(argument.get("format") or "curl")
    snapshot = session.snapshot()
    url = snapshot.runner.url or snapshot.expected_url
    if function is not None:
        request = parse_call(argument)
        address = snapshot.url_of(function)
        return {"text": copy_request(function.id, request, address, kind), "advice": ""}
    value = await session.runner.bridge.request(_wanted_id(argument))
    copied = copy_as(recorded_request(value), url, kind)
    return {"text": copied.text, "advice": copied.advice}


async def save_as_test(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """Write a pytest file for a request of the history; return where it is.

    Without `path`, it is beside the unit, under a name that is free. Raises UsageError
    if `path` is a file that exists.
    """
    value = await session.runner.bridge.request(_wanted_id(argument))
    function = session.snapshot().functions.get(value["function"])
    if function is None:
        raise UsageError(f"the function {value['function']} is gone")
    path = str(argument.get("path") or "")
    written = await asyncio.to_thread(
        write_test, recorded_request(value), function, path
    )
    return {"path": written.path, "advice": written.advice}


def _wanted_id(argument: Mapping[str, Any]) -> str:
    id_ = recorded_id(argument)
    if id_ is None:
        raise UsageError('it needs the id of a request: {"request": …}')
    return id_


def _message(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not value:
        return None
    body = value.get("body") or {}
    return {
        "status": value.get("status") or 0,
        "target": value.get("target") or "",
        "headers": value.get("headers") or [],
        "text": body.get("text"),
        "base64": body.get("base64"),
        "size": value.get("size") or 0,
        "truncated": bool(value.get("truncated")),
    }


def _draft(session: Session, value: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a request for people to edit; None if its bytes aren't known."""
    if not value.get("request"):
        return None
    recorded = recorded_request(value)
    sent = sent_request(recorded)
    try:
        body = sent.body.decode()
    except UnicodeDecodeError:
        body = ""
    lines = [
        f"{'# ' if text == MASK else ''}{name}: {text}" for name, text in sent.headers
    ]
    return {
        "method": sent.method,
        "path": _below(session, recorded.function, sent.path)
        or _path(recorded.path, recorded.query),
        "headers": "\n".join(lines),
        "body": body,
    }


def _below(session: Session, id_: str, target: str) -> str | None:
    """Return the part of a target below a function's name; None if it has none."""
    function = session.snapshot().functions.get(id_)
    path, question, query = target.partition("?")
    name, slash, rest = path.removeprefix("/").partition("/")
    names = {function.endpoint, function.qualified_name} if function else {id_}
    if unquote(name) not in names:
        return None
    return f"{slash}{rest}{question}{query}"


def _path(path: str, query: str) -> str:
    plain = "" if path == "/" else quote(path, safe="/:@!$&'()*+,;=~-._")
    return f"{plain}?{query}" if query else plain
