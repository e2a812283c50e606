"""Handlers of the control routes of a runner; `routes` lists and describes them.

The token is in the header `X-Funclens-Token`. A request with an Origin header comes
from a web page and is refused.
"""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Any

from funclens.errors import FunclensError, RunnerError
from funclens.runner.api.proof import CHALLENGE_HEADER, proof
from funclens.runner.api.receiving.own_body import read_body
from funclens.runner.api.registry import TOKEN_HEADER
from funclens.runner.api.routes import PREFIX, find_control
from funclens.runner.http.responses import json_response
from funclens.runner.http.streaming import send_stream
from funclens_worker.contract import VERSION

if TYPE_CHECKING:
    import socket

    from funclens.runner.api.permission import Permission
    from funclens.runner.changes import PendingChanges
    from funclens.runner.events import EventBus
    from funclens.runner.http.head import Head
    from funclens.runner.http.replies import Replies
    from funclens.runner.http.responses import Response
    from funclens.runner.units.pool import WorkerPool

__all__ = ["Control"]

_BODY_LIMIT = 1_048_576
_BODY_SECONDS = 10.0


class Control:
    """Handles the control routes, health and the event stream."""

    def __init__(
        self,
        *,
        url: str,
        token: str,
        permission: Permission,
        pool: WorkerPool,
        changes: PendingChanges,
        stopping: asyncio.Event,
        bus: EventBus,
        replies: Replies,
    ) -> None:
        self._url = url
        self._token = token
        self._may_control = permission.may_control
        self._pool = pool
        self._changes = changes
        self._stopping = stopping
        self._bus = bus
        self._replies = replies

    async def answer(self, path: str, head: Head, connection: socket.socket) -> None:
        """Respond to a request below `/_funclens` and close the connection."""
        if path == "/events" and self._may_control(head):
            await self._stream_events(connection)
            return
        try:
            response = await self._respond(path, head, connection)
        except FunclensError as error:
            response = json_response({"error": error.sentence}, 409)
        except (ValueError, KeyError, TypeError) as error:
            response = json_response({"error": f"Invalid body: {error!r}"}, 400)
        except (OSError, TimeoutError, asyncio.TimeoutError):
            connection.close()
            return
        self._replies.send(connection, response.encode(head.method))

    async def _respond(
        self, path: str, head: Head, connection: socket.socket
    ) -> Response:
        if path == "/health":
            about = {"version": VERSION, "pid": os.getpid(), "url": self._url}
            challenge = head.header(CHALLENGE_HEADER)
            if challenge:
                about["proof"] = proof(self._token, challenge)
            return json_response(about)
        route = find_control(path)
        if route is None:
            return json_response({"error": f"No such route: {PREFIX}{path}"}, 404)
        if not self._may_control(head):
            return json_response(
                {"error": f"Pass the runner's token in the header {TOKEN_HEADER}."}, 403
            )
        if head.method != route.method:
            return json_response({"error": f"Use {route.method}."}, 405)
        body = await asyncio.wait_for(_read_json(head, connection), _BODY_SECONDS)
        return json_response(await self._do(path.removeprefix("/control/"), body))

    async def _do(self, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        if verb == "stop":
            self._stopping.set()
        elif verb == "changed":
            paths = [str(path) for path in body["paths"]]
            await asyncio.shield(self._changes.add_files(paths))
        elif verb == "configure":
            await asyncio.shield(self._changes.add_settings(_settings(body["editor"])))
        else:
            return await self._do_with_unit(verb, body)
        return {}

    async def _do_with_unit(self, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        name = body.get("id") or body["unit"]
        supervisors = self._pool.supervisors_of(name)
        if verb == "start":
            for supervisor in supervisors:
                supervisor.start()
        elif verb == "restart":
            for supervisor in supervisors:
                supervisor.replace()
        elif verb == "stop-unit":
            await asyncio.gather(*(item.release() for item in supervisors))
        elif verb == "debug":
            if len(supervisors) > 1:
                raise RunnerError(
                    f"each function of {name} has its own process: name the function "
                    "by its `id`"
                )
            extra = body.get("env")
            address = await supervisors[0].debug(extra and _environment(extra))
            return {"host": address.host, "port": address.port}
        elif verb == "end-debug":
            for supervisor in supervisors:
                supervisor.end_debug()
        else:
            raise RunnerError(f"unknown control verb '{verb}'")
        return {}

    async def _stream_events(self, connection: socket.socket) -> None:
        subscription = self._bus.subscribe()
        snapshot = {
            "event": "snapshot",
            "url": self._url,
            "units": [status.to_json() for status in self._pool.statuses],
        }
        first = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
        first += b"Content-Type: application/x-ndjson\r\n\r\n"
        for event in (snapshot, *self._bus.standing.all()):
            first += json.dumps(event).encode() + b"\n"

        async def take() -> bytes:
            batch = await subscription.take()
            return "".join(json.dumps(event) + "\n" for event in batch).encode()

        try:
            await send_stream(connection, first, take, subscription.close)
        finally:
            subscription.close()


def _settings(value: Any) -> list[dict[str, Any]]:
    """Validate the settings of each folder. Raises TypeError."""
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise TypeError("`editor` must be a list of objects")
    return value


def _environment(extra: Any) -> dict[str, str]:
    """Validate environment variables. Raises TypeError."""
    if not isinstance(extra, dict):
        raise TypeError("`env` must be an object of strings")
    for name, value in extra.items():
        if not isinstance(value, str):
            raise TypeError(f"`env` must hold strings only: {name}")
    return extra


async def _read_json(head: Head, connection: socket.socket) -> dict[str, Any]:
    """Read the body as a JSON object. Raises ValueError for anything else."""
    body = await read_body(head, connection, _BODY_LIMIT)
    value = json.loads(body or b"{}")
    if not isinstance(value, dict):
        raise ValueError("it must be a JSON object")  # noqa: TRY004
    return value
