"""The runner's own routes, below `/_funclens/`.

    GET  /_funclens/health            {"version": 1, "pid": …, "url": …}
    GET  /_funclens/functions         as `list --json`, and the state of each unit
    GET  /_funclens/            the page of the runner, also where / is a function's
    GET  /_funclens/live        changes of that page, for EventSource
    GET  /_funclens/events            JSON lines; token
    POST /_funclens/control/start     {"unit": …}; token, as all that follow
    POST /_funclens/control/restart   {"unit": …}
    POST /_funclens/control/debug     {"unit": …} -> {"host": …, "port": …}
    POST /_funclens/control/end-debug {"unit": …}
    POST /_funclens/control/changed   {"paths": [absolute path, …]}
    POST /_funclens/control/configure {"editor": [settings of each folder, …]}
    POST /_funclens/control/stop      {}

Where each function has a process of its own, `id` names one instead of `unit`.
The token stands in the header `X-Funclens-Token`. A request with an Origin
header comes from a web page and is refused.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
from typing import TYPE_CHECKING, Any

from funclens.errors import FunclensError, RunnerError
from funclens.runner.http.responses import json_answer
from funclens.runner.http.streaming import send_stream
from funclens_worker.contract import VERSION

if TYPE_CHECKING:
    import socket

    import h11

    from funclens.runner.front_door import FrontDoor
    from funclens.runner.http.head import Head
    from funclens.runner.http.responses import Answer

__all__ = ["TOKEN_HEADER", "Control"]

TOKEN_HEADER = "X-Funclens-Token"  # noqa: S105 - the header's name, not a secret
_BODY_LIMIT = 1_048_576
_BODY_SECONDS = 10.0


class Control:
    """Answers for the runner itself."""

    def __init__(self, door: FrontDoor) -> None:
        self._door = door

    async def handle(self, path: str, head: Head, connection: socket.socket) -> None:
        """Answer one request below `/_funclens` and close the connection."""
        if path in {"", "/"} and head.wants_html:
            await self._door.page.show(head, connection)
            return
        if path == "/live":
            await self._door.page.follow(connection)
            return
        if path == "/events" and self._is_trusted(head):
            await self._stream_events(connection)
            return
        try:
            answer = await self._answer(path, head, connection)
        except FunclensError as error:
            answer = json_answer({"error": error.sentence}, 409)
        except (ValueError, KeyError, TypeError) as error:
            answer = json_answer({"error": f"The body does not fit: {error!r}"}, 400)
        except (OSError, TimeoutError, asyncio.TimeoutError):
            connection.close()
            return
        self._door.reply(connection, answer.encode(head.method))

    async def _answer(self, path: str, head: Head, connection: socket.socket) -> Answer:
        if path == "/health":
            about = {"version": VERSION, "pid": os.getpid(), "url": self._door.url}
            return json_answer(about)
        if path in {"", "/", "/functions"}:
            return json_answer(self._door.listing)
        verb = path.removeprefix("/control/")
        if verb == path and path != "/events":
            return json_answer({"error": f"No such route: /_funclens{path}"}, 404)
        if not self._is_trusted(head):
            return json_answer(
                {"error": f"This needs the runner's token in {TOKEN_HEADER}."}, 403
            )
        if head.method != "POST":
            return json_answer({"error": "Use POST."}, 405)
        body = await asyncio.wait_for(_read_json(head, connection), _BODY_SECONDS)
        return json_answer(await self._do(verb, body))

    async def _do(self, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        door = self._door
        if verb == "stop":
            door.stopping.set()
        elif verb == "changed":
            door.files_changed([str(path) for path in body["paths"]])
        elif verb == "configure":
            door.settings_changed(json.dumps(body["editor"]))
        else:
            return await self._do_with_unit(verb, body)
        return {}

    async def _do_with_unit(self, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        name = body.get("id") or body["unit"]
        slots = self._door.workers.slots_of(name)
        if verb == "start":
            for slot in slots:
                slot.start()
        elif verb == "restart":
            for slot in slots:
                slot.replace()
        elif verb == "debug":
            if len(slots) > 1:
                raise RunnerError(
                    f"Each function of {name} has a process of its own: name the "
                    "function by its `id`."
                )
            extra = body.get("env")
            address = await slots[0].debug(extra and _environment(extra))
            return {"host": address.host, "port": address.port}
        elif verb == "end-debug":
            for slot in slots:
                slot.end_debug()
        else:
            raise RunnerError(f"The runner does not know this verb: {verb}")
        return {}

    def _is_trusted(self, head: Head) -> bool:
        given = head.header(TOKEN_HEADER) or ""
        fits = hmac.compare_digest(given.encode(), self._door.token.encode())
        return fits and head.header("Origin") is None

    async def _stream_events(self, connection: socket.socket) -> None:
        subscription = self._door.bus.subscribe()
        snapshot = {
            "event": "snapshot",
            "url": self._door.url,
            "units": [status.to_json() for status in self._door.workers.statuses],
        }
        first = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
        first += b"Content-Type: application/x-ndjson\r\n\r\n"
        first += json.dumps(snapshot).encode() + b"\n"

        async def take() -> bytes:
            batch = await subscription.take()
            return "".join(json.dumps(event) + "\n" for event in batch).encode()

        try:
            await send_stream(connection, first, take, subscription.close)
        finally:
            subscription.close()


def _environment(extra: Any) -> dict[str, str]:
    """Return variables as they were given. Raises TypeError for other values."""
    if not isinstance(extra, dict):
        raise TypeError("`env` must be an object of strings")
    for name, value in extra.items():
        if not isinstance(value, str):
            raise TypeError(f"`env` must hold strings only: {name}")
    return extra


async def _read_json(head: Head, connection: socket.socket) -> dict[str, Any]:
    """Return the body of the request. Raises ValueError when it is no JSON object."""
    import h11  # noqa: PLC0415 - most runners are never controlled

    parser = h11.Connection(h11.SERVER)
    try:
        body = await _read_body(parser, head, connection)
    except h11.RemoteProtocolError as error:
        raise ValueError(str(error)) from error
    value = json.loads(body or b"{}")
    if not isinstance(value, dict):
        raise ValueError("it must be a JSON object")  # noqa: TRY004
    return value


async def _read_body(
    parser: h11.Connection, head: Head, connection: socket.socket
) -> bytes:
    import h11  # noqa: PLC0415

    loop = asyncio.get_running_loop()
    parser.receive_data(head.data)
    body = bytearray()
    while not isinstance(event := parser.next_event(), h11.EndOfMessage):
        if event is h11.NEED_DATA:
            parser.receive_data(await loop.sock_recv(connection, 65_536))
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _BODY_LIMIT:
                raise ValueError("it is too long")
        elif not isinstance(event, h11.Request):
            raise ValueError("the request ended early")
    return bytes(body)
