"""Send requests to functions for the client, and return responses as JSON."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from funclens.errors import UsageError
from funclens.lsp.commands.recorded import replay_recorded

if TYPE_CHECKING:
    from funclens.lsp.session import Session
    from funclens.model import Function
    from funclens.requests.request import Request
    from funclens.runner.api.exchange import ReceivedResponse

__all__ = [
    "check_replay",
    "replay_last",
    "response_json",
    "send_request",
    "sent_request",
]

_EVENT_SECONDS = 1.0
"""Maximum seconds to wait for the runner's event about a request."""


async def send_request(
    session: Session, function: Function, request: Request
) -> dict[str, Any]:
    """Send a request and return the response, once the runner has reported it."""
    event = session.runner.events.expect("request", id=function.id)
    response = await sent_request(session, function, request)
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(event, _EVENT_SECONDS)
    return {"id": function.id, **response_json(response)}


async def sent_request(
    session: Session, function: Function, request: Request
) -> ReceivedResponse:
    """Send a request and return the response.

    Uses the qualified name, because unsaved edits may change whether the endpoint is
    ambiguous, while the runner serves what is saved.
    """
    session.runner.sending(function.id, request)
    try:
        return await session.runner.bridge.call(
            f"/{quote(function.qualified_name, safe='')}", request
        )
    finally:
        session.runner.sent(function.id)


async def replay_last(session: Session, function: Function) -> dict[str, Any]:
    """Send the last request to a function again; return the response.

    Raises UsageError if it isn't known.
    """
    check_replay(session, function)
    last = session.snapshot().activity.responses[function.id]
    if last.request is not None:
        return await send_request(session, function, last.request)
    return await replay_recorded(session, last.recorded)


def check_replay(session: Session, function: Function) -> None:
    """Raise UsageError if the last request to a function can't be sent again."""
    last = session.snapshot().activity.responses.get(function.id)
    if last is None or not last.can_replay:
        raise UsageError(
            f"no request to {function.id} to replay",
            hint="send one first; without a history (`history = 0`), requests with a "
            "body can be replayed only if they were sent from the editor",
        )


def response_json(response: ReceivedResponse) -> dict[str, Any]:
    """Return a response as JSON values; a body that isn't text as base64."""
    return {
        "status": response.status,
        "reason": response.reason,
        "headers": [list(pair) for pair in response.headers],
        "seconds": response.seconds,
        **_body(response.body),
    }


def _body(data: bytes) -> dict[str, Any]:
    try:
        return {"body": data.decode()}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(data).decode(), "base64": True}
