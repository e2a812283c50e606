"""Takes connections of Cloud Tasks' clients: HTTP/1.1 here, gRPC through the bridge.

Both at one address, because clients know only one: gRPC's connections begin with the
preface of HTTP/2.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from typing import TYPE_CHECKING

import h11

from funclens.runner.emulators.read_request import READ_SIZE, read_request
from funclens.runner.emulators.tasks.api_error import ApiError
from funclens.runner.emulators.tasks.rest_routes import parse_call
from funclens.runner.http.access import is_local_host
from funclens.runner.http.trace_context import parse_traceparent

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.runner.emulators.tasks.grpc_bridge import GrpcBridge
    from funclens.runner.emulators.tasks.tasks_api import TasksApi

__all__ = ["TasksListener"]

_LARGEST = 4 * 1024 * 1024
"""Maximum size of a request in bytes; a task has at most 1 MiB, in base64."""
_HTTP2 = b"PRI * HTTP/2.0"
_TLS = 0x16


class TasksListener:
    """A listening socket of this machine, and its connections."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        host, port = self._socket.getsockname()
        self.host = f"{host}:{port}"
        """Host and port."""
        self.is_used = asyncio.Event()
        """Set when the first client connects."""
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def serve(
        self,
        api: TasksApi,
        bridge: GrpcBridge,
        warn: Callable[[str, str], None],
        sender_of: Callable[[socket.socket], tuple[str, str] | None],
    ) -> None:
        """Accept connections.

        `warn` takes a message and a hint; `sender_of` returns trace and span of the
        request whose function made a connection.
        """
        self._sender_of = sender_of
        self._api = api
        self._bridge = bridge
        self._warn = warn
        self._server = await asyncio.start_server(self._accept, sock=self._socket)

    async def close(self) -> None:
        """Stop listening; end all connections."""
        if self._server is None:
            self._socket.close()
        else:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        with contextlib.suppress(OSError, h11.ProtocolError, asyncio.CancelledError):
            await self._take(reader, writer)
        writer.close()

    async def _take(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        first = await reader.read(READ_SIZE)
        self.is_used.set()
        while first and len(first) < len(_HTTP2) and _HTTP2.startswith(first):
            more = await reader.read(READ_SIZE)
            if not more:
                return
            first += more
        if first.startswith(_HTTP2):
            await self._bridge.pump(first, reader, writer)
        elif first and first[0] == _TLS:
            self._warn(
                f"a client of Cloud Tasks wants TLS, which {self.host} doesn't speak",
                "create it with an insecure channel: docs/guides/emulators.md",
            )
        elif first:
            await self._answer_all(first, reader, writer)

    async def _answer_all(
        self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        state = h11.Connection(h11.SERVER)
        state.receive_data(first)
        while (received := await read_request(state, reader, _LARGEST)) is not None:
            connection = writer.get_extra_info("socket")
            status, body = await self._answer(*received, connection)
            headers = [
                ("Content-Type", "application/json; charset=UTF-8"),
                ("Content-Length", str(len(body))),
            ]
            response = h11.Response(status_code=status, headers=headers)
            writer.write(state.send(response) or b"")
            writer.write(state.send(h11.Data(data=body)) or b"")
            writer.write(state.send(h11.EndOfMessage()) or b"")
            await writer.drain()
            if state.our_state is not h11.DONE or state.their_state is not h11.DONE:
                break
            state.start_next_cycle()

    async def _answer(
        self, request: h11.Request, body: bytes, connection: socket.socket
    ) -> tuple[int, bytes]:
        try:
            _check_access(request)
            method = request.method.decode()
            call = parse_call(method, request.target.decode("latin-1"), body)
            sender = None
            if call.method == "CreateTask":
                header = dict(request.headers).get(b"traceparent", b"")
                sender = parse_traceparent(header.decode("latin-1"))
                sender = sender or self._sender_of(connection)
            found = await self._api.call(call.method, call.request, sender)
        except ApiError as error:
            return error.status, json.dumps(error.to_json()).encode()
        if call.is_emulator and call.method == "CreateTask":
            # What Firebase's emulator answers, with a slash too many.
            found["task"] = {**found, "name": f"/{found['name']}"}
        return 200, json.dumps(found).encode()


def _check_access(request: h11.Request) -> None:
    """Refuse web pages, whatever name they know this machine by. Raises ApiError."""
    for name, value in request.headers:
        is_foreign_host = name == b"host" and not is_local_host(
            value.decode("latin-1"), ()
        )
        if is_foreign_host or name in {b"origin", b"sec-fetch-site"}:
            raise ApiError("PERMISSION_DENIED", "Web pages can't use Cloud Tasks here.")
