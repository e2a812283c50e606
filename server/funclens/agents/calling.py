"""Sends a request to a function and collects what became of it, within limits."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from funclens.agents.answers import Answer
from funclens.agents.bounds import body_of, cut, failure_of, headers_of, last_lines
from funclens.dataclass import dataclass, field
from funclens.errors import RunnerError
from funclens.runner.api.exchange import open_exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.agents.folder_runner import FolderRunner
    from funclens.model import Function
    from funclens.requests.request import Request
    from funclens.runner.api.client import RunnerClient
    from funclens.runner.api.exchange import Exchange

__all__ = ["call"]

_KEPT_BYTES = 65_536
_MOST_BYTES = 64 * 1024 * 1024
"""Bytes of a response to read; of more, the connection is closed."""
_REPORT_SECONDS = 5.0
"""Maximum seconds to wait for the runner's report on a request."""
_LINES = 40


@dataclass
class _Received:
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytearray = field(default_factory=bytearray)
    size: int = 0


async def call(
    runner: FolderRunner,
    client: RunnerClient,
    function: Function,
    request: Request,
    seconds: float,
) -> Answer:
    """Send a request and return the response, with the exception if there was one.

    Raises RunnerError if there is no complete response within `seconds`.
    """
    received = _Received()
    route = f"/{quote(function.qualified_name)}"
    async with open_exchange(client.url, route, request) as exchange:
        report = runner.waiter.expect("request", id=function.id, port=exchange.port)
        try:
            await asyncio.wait_for(_receive(exchange, received), seconds)
        except (TimeoutError, asyncio.TimeoutError):
            report.cancel()
            raise RunnerError(
                f"{function.id} did not respond within {seconds:g} s",
                hint="see get_logs for what it printed, or pass a larger "
                "timeout_seconds",
            ) from None
        took = exchange.seconds
    event = await _reported(report)
    detail = await _detail(client, event)
    failure = failure_of(detail.get("exception"))
    output = detail.get("output") or (event.get("output") or "").splitlines()
    if failure is None and event.get("error"):
        failure = failure_of(_without_history(event["error"]))
    return Answer(
        function=function.id,
        status=received.status,
        headers=headers_of(received.headers),
        body=body_of(bytes(received.body), received.size),
        seconds=round(took, 4),
        request_id=event.get("request"),
        failure=failure,
        output=last_lines(output, _LINES),
    )


async def _receive(exchange: Exchange, received: _Received) -> None:
    head = await exchange.head()
    received.status, received.headers = head.status, head.headers
    async for part in exchange.parts():
        received.size += len(part)
        received.body += part[: max(0, _KEPT_BYTES - len(received.body))]
        if received.size > _MOST_BYTES:
            return


async def _reported(report: asyncio.Future[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the `request` event; empty if it doesn't come."""
    with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
        return await asyncio.wait_for(report, _REPORT_SECONDS)
    return {}


async def _detail(client: RunnerClient, event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the history knows of a request; empty without one."""
    if not event.get("request"):
        return {}
    try:
        return await client.request(event["request"])
    except RunnerError:
        return {}


def _without_history(error: Mapping[str, Any]) -> dict[str, Any]:
    """Return an exception without frames but the line that raised."""
    kind, _, message = error["error"].partition(": ")
    frames = []
    if error.get("file"):
        frames = [
            {
                "file": error["file"],
                "line": error["line"],
                "function": "",
                "source": "",
                "is_user": True,
            }
        ]
    message = cut(message or error.get("traceback") or "", 2_000)
    return {"type": kind, "message": message, "frames": frames}
