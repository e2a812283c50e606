"""The routes of the history: the list, one request, new ones as they come, replay."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from funclens.errors import FunclensError, RunnerError
from funclens.runner.background import in_thread
from funclens.runner.history.detail import detail
from funclens.runner.history.follower import Removed
from funclens.runner.history.query import Query
from funclens.runner.history.replay import replay
from funclens.runner.http.responses import Response
from funclens.runner.http.streaming import send_stream

if TYPE_CHECKING:
    import socket

    from funclens.runner.api.permission import Permission
    from funclens.runner.history.entry import Entry
    from funclens.runner.history.history import History
    from funclens.runner.http.head import Head
    from funclens.runner.http.replies import Replies

__all__ = ["RequestRoutes"]

PATH = "/requests"

_METHODS = {
    (False, ""): ("GET", "DELETE"),
    (True, ""): ("GET", "DELETE"),
    (True, "replay"): ("POST",),
}
"""Methods of the routes, by whether they name a request, and what to do with it."""

_HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_SILENCE_SECONDS = 20.0
"""Seconds of silence before a keep-alive; proxies close silent connections."""

_FORBIDDEN = (
    "Pass the runner's token in the header X-Funclens-Token. Without it, only the "
    "runner's page may see requests, in a browser of the same user on this machine."
)


class RequestRoutes:
    """Handles the routes below `/_funclens/requests`."""

    def __init__(
        self,
        history: History,
        url: str,
        permission: Permission,
        replies: Replies,
    ) -> None:
        self._history = history
        self._url = url
        self._permission = permission
        self._replies = replies

    def has(self, path: str) -> bool:
        """Return whether a path below `/_funclens` is one of these routes."""
        return path == PATH or path.startswith(f"{PATH}/")

    async def answer(self, path: str, head: Head, connection: socket.socket) -> None:
        """Respond to a request and close the connection."""
        if not await self._permission.may_read_history(head, connection):
            self._send(head, connection, 403, {"error": _FORBIDDEN})
            return
        try:
            query = Query.parse(head.target.partition("?")[2])
        except ValueError as error:
            self._send(head, connection, 400, {"error": str(error)})
            return
        if path == PATH and "text/event-stream" in (head.header("Accept") or ""):
            await self._stream(query, connection)
            return
        try:
            status, value = await self._respond(path, head, query)
        except FunclensError as error:
            status, value = 409, {"error": error.sentence}
        self._send(head, connection, status, value)

    async def _respond(
        self, path: str, head: Head, query: Query
    ) -> tuple[int, dict[str, Any] | bytes]:
        id_, _, verb = unquote(path.removeprefix(PATH).lstrip("/")).partition("/")
        methods = _METHODS.get((bool(id_), verb))
        if methods is None:
            return 404, {"error": f"No such route: /_funclens{path}"}
        if head.method not in methods:
            return 405, {"error": f"Use {' or '.join(methods)}."}
        if head.method == "DELETE":
            return self._remove(id_, query)
        if id_ in {"", "export"}:
            kept = self._history.entries()
            write = partial(self._export, head) if id_ else partial(self._list, query)
            return 200, await in_thread(write, kept)
        return await self._respond_about(id_, verb)

    async def _respond_about(
        self, id_: str, verb: str
    ) -> tuple[int, dict[str, Any] | bytes]:
        entry = await self._history.find(id_)
        if entry is None:
            return 404, {"error": f"No request with this id is in the history: {id_}"}
        if verb:
            new = await replay(entry, self._url, self._history.origins)
            return 200, {"id": new, "masked": list(entry.masked)}
        spans = self._history.tracing.spans.of_trace(entry.trace.trace_id)
        return 200, await in_thread(
            lambda: _encoded(detail(entry, self._history.redaction, spans))
        )

    def _remove(self, id_: str, query: Query) -> tuple[int, dict[str, Any]]:
        history = self._history
        if not id_ and query == Query():
            return 200, {"removed": history.clear()}
        chosen = [id_] if id_ else [x.id for x in query.select(history.entries())]
        removed = history.remove(chosen)
        if id_ and not removed:
            return 404, {"error": f"No request with this id is in the history: {id_}"}
        return 200, {"removed": removed}

    def _list(self, query: Query, entries: list[Entry]) -> bytes:
        redaction = self._history.redaction
        requests = [entry.summary(redaction) for entry in query.select(entries)]
        state = {"limit": self._history.most, "skipped": self._history.skipped}
        return _encoded({"version": 1, "requests": requests, **state})

    def _export(self, head: Head, kept: list[Entry]) -> bytes:
        """Return requests as text; those that are no longer kept are left out."""
        # What writes them would make every start of a runner slower.
        from funclens.runner.history.copied import copied  # noqa: PLC0415

        given = parse_qs(head.target.partition("?")[2])
        by_id = {entry.id: entry for entry in kept}
        entries = [by_id[id_] for id_ in given.get("id", []) if id_ in by_id]
        if not entries:
            raise RunnerError("none of these requests is in the history")
        kind = given.get("as", [""])[-1]
        redaction = self._history.redaction
        return _encoded(copied(entries, redaction, self._url, kind))

    async def _stream(self, query: Query, connection: socket.socket) -> None:
        follower = self._history.follow()
        pairs = (("Content-Type", "text/event-stream"), ("Connection", "close"))
        lines = [f"{name}: {value}\r\n" for name, value in (*pairs, *_HEADERS)]
        first = f"HTTP/1.1 200 OK\r\n{''.join(lines)}\r\n:\n\n".encode()

        async def take() -> bytes:
            try:
                entries = await asyncio.wait_for(follower.take(), _SILENCE_SECONDS)
            except (TimeoutError, asyncio.TimeoutError):
                return b":\n\n"
            if not entries:
                return b""
            return self._messages(query, entries, follower.missed()) or b":\n\n"

        try:
            await send_stream(connection, first, take, follower.close)
        finally:
            self._history.unfollow(follower)

    def _messages(self, query: Query, entries: list[Any], missed: int) -> bytes:
        """Return new entries as server-sent events, and the number of missed ones."""
        redaction = self._history.redaction
        parts = [f'event: dropped\ndata: {{"count": {missed}}}\n\n'] if missed else []
        for entry in entries:
            if isinstance(entry, Removed):
                ids = json.dumps({"ids": entry.ids})
                parts.append(f"event: removed\ndata: {ids}\n\n")
            elif query.fits(entry):
                parts.append(f"data: {json.dumps(entry.summary(redaction))}\n\n")
        return "".join(parts).encode()

    def _send(
        self,
        head: Head,
        connection: socket.socket,
        status: int,
        value: dict[str, Any] | bytes,
    ) -> None:
        body = value if isinstance(value, bytes) else _encoded(value)
        response = Response(status, "application/json", body, _HEADERS)
        self._replies.send(connection, response.encode(head.method))


def _encoded(value: dict[str, Any]) -> bytes:
    """Return JSON in ASCII, which is safe to print in a terminal."""
    return json.dumps(value).encode() + b"\n"
