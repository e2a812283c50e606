"""Sends the runner's page and its changes to browsers.

Changes are server-sent events with elements of the page in their current state. A slow
reader skips intermediate states.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from funclens.requests.curl import commands_for
from funclens.requests.samples import Inputs
from funclens.requests.source_hints import source_hints
from funclens.runner.background import in_thread
from funclens.runner.http.html_document import HEADERS, page_headers
from funclens.runner.http.responses import Response
from funclens.runner.http.streaming import send_stream
from funclens.runner.page.diff import LIST, PageDiff
from funclens.runner.page.fragments import last_response, unit_state
from funclens.runner.page.render import index_document, live_fragments, next_runs
from funclens.runner.page.view_model import PageView

if TYPE_CHECKING:
    import socket

    from funclens.model import Catalog, Function
    from funclens.requests.curl import Commands
    from funclens.runner.events import EventBus
    from funclens.runner.http.head import Head
    from funclens.runner.http.replies import Replies
    from funclens.runner.page.last_responses import LastResponses
    from funclens.runner.units.pool import WorkerPool

__all__ = ["LivePage"]

_PAUSE_SECONDS = 0.1
"""Seconds between two messages; changes in between are merged."""

_SILENCE_SECONDS = 20.0
"""Seconds of silence before a keep-alive; proxies close silent connections."""

_STREAM_HEAD = "\r\n".join(
    [
        "HTTP/1.1 200 OK",
        "Server: funclens",
        "Connection: close",
        "Content-Type: text/event-stream",
        *(f"{name}: {value}" for name, value in HEADERS),
        "",
        "",
    ]
).encode()


class LivePage:
    """Page of one runner."""

    def __init__(
        self,
        *,
        url: str,
        folders: tuple[str, ...],
        pool: WorkerPool,
        last_responses: LastResponses,
        bus: EventBus,
        replies: Replies,
    ) -> None:
        self._url = url
        self._folders = folders
        self._pool = pool
        self._last_responses = last_responses
        self._bus = bus
        self._replies = replies

    async def show(self, head: Head, connection: socket.socket) -> None:
        """Send the page; it is rendered in a thread to keep the event loop free."""
        view = self._view(_url_of(head) or self._url)
        body = await in_thread(_document, view)
        response = Response(200, "text/html; charset=utf-8", body, page_headers())
        self._replies.send(connection, response.encode(head.method))

    async def follow(self, connection: socket.socket) -> None:
        """Send the current state of all parts, then each change."""
        diff = PageDiff()
        self._bus.attach(diff)
        view = self._view(self._url)
        first = await in_thread(_first_message, view)
        runs = next_runs(view.catalog, datetime.now(timezone.utc))

        async def take() -> bytes:
            nonlocal runs
            await asyncio.sleep(_PAUSE_SECONDS)
            try:
                keys = await asyncio.wait_for(diff.take(), _SILENCE_SECONDS)
            except asyncio.TimeoutError:
                before, view = runs, self._view(self._url)
                runs = next_runs(view.catalog, datetime.now(timezone.utc))
                changed = {
                    key: runs[key] for key in runs if runs[key] != before.get(key)
                }
                return _message("state", parts=changed) if changed else b":\n\n"
            if LIST in keys:
                return _message("list")
            if not keys:
                return b""
            return await in_thread(_message_of, self._view(self._url), keys)

        try:
            await send_stream(connection, _STREAM_HEAD + first, take, diff.close)
        finally:
            self._bus.remove(diff)

    def _view(self, url: str) -> PageView:
        return PageView(
            url=url,
            folders=self._folders,
            catalog=self._pool.catalog,
            units={status.unit: status for status in self._pool.statuses},
            responses=self._last_responses.all(),
        )


def _first_message(view: PageView) -> bytes:
    generation = _generation(view.catalog)
    return _message("state", generation=generation, parts=live_fragments(view))


def _message_of(view: PageView, keys: list[str]) -> bytes:
    """Return a message with the elements of these keys that still exist."""
    folders = {f"unit:{unit.id}": unit.folder for unit in view.catalog.units}
    functions = {f"function:{item.id}": item for item in view.catalog.functions}
    parts = {}
    for key in keys:
        if key in folders:
            status = view.units[key.removeprefix("unit:")]
            parts[key] = unit_state(status, folders[key])
        elif key in functions:
            response = view.responses.get(functions[key].id)
            parts[key] = last_response(response, functions[key].folder)
    return _message("state", parts=parts)


def _document(view: PageView) -> bytes:
    now = datetime.now(timezone.utc)
    commands = {
        function.id: _commands(function, view.url, now)
        for function in view.catalog.functions
    }
    return index_document(view, commands, _generation(view.catalog))


def _commands(function: Function, url: str, now: datetime) -> Commands:
    inputs = Inputs(
        id=str(int(now.timestamp() * 1_000_000)), time=now, function=function.name
    )
    return commands_for(function, url + function.route, source_hints(function), inputs)


def _url_of(head: Head) -> str:
    """Return the validated address by which the reader reaches the runner."""
    host = head.header("Host") or ""
    scheme = "https" if head.header("X-Forwarded-Proto") == "https" else "http"
    return f"{scheme}://{host}" if host else ""


def _generation(catalog: Catalog) -> int:
    """Return a number that changes when the list of functions changes."""
    return zlib.crc32(repr(catalog.functions).encode("utf-8", "surrogatepass"))


def _message(event: str, **value: Any) -> bytes:
    return f"event: {event}\ndata: {json.dumps(value)}\n\n".encode()
