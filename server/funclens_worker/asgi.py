"""Answers connections for aio functions with the user's uvicorn.

Production runs uvicorn's protocol under gunicorn; here the same protocol gets
the connections that the door hands over, in an event loop of the same kind.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import socket
from typing import Any, Awaitable, Callable, Dict, List, MutableMapping, Set, Tuple

import uvicorn
from starlette.middleware import Middleware
from uvicorn.server import ServerState

from funclens_worker.body import limit_receive
from funclens_worker.channel import Channel, Handed
from funclens_worker.contract import Manifest
from funclens_worker.module_tracker import CodeWatch
from funclens_worker.request_log import RequestRecord

Message = MutableMapping[str, Any]
AsgiApp = Callable[..., Awaitable[None]]

_RECORD = "funclens.record"
"""Key of the ASGI scope that holds the record of the request."""


class AsgiServer:
    """Serves a unit's Starlette apps; everything but `loop` is for its thread."""

    def __init__(
        self,
        apps: Dict[str, Any],
        manifest: Manifest,
        channel: Channel,
        code: CodeWatch,
    ) -> None:
        self._apps = apps
        self._manifest = manifest
        self._channel = channel
        self._code = code
        self._tasks: Set[asyncio.Task[None]] = set()
        self._state = ServerState()
        self._config = uvicorn.Config(
            self._call, log_config=None, lifespan="off", interface="asgi3"
        )
        self._config.load()
        for app in apps.values():
            # The last one of the list is the innermost of those that users may add.
            app.user_middleware.append(Middleware(_NoteErrors))
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        self.loop = _make_loop()

    def serves(self, function: str) -> bool:
        """Tell whether the function is an aio function."""
        return function in self._apps

    def begin(self, handed: Handed) -> None:
        """Answer one request in a task; called in the loop's thread."""
        task = self.loop.create_task(self._handle(handed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Wait until every request is over."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _handle(self, handed: Handed) -> None:
        record = RequestRecord(handed.function, handed.number, self._manifest)
        protocol = self._make_protocol()

        async def recorded(scope: Message, receive: Any, send: Any) -> None:
            scope[_RECORD] = record
            await self._config.loaded_app(scope, receive, send)

        protocol.app = recorded
        closed = self.loop.create_future()
        lost = protocol.connection_lost

        def connection_lost(error: Any) -> None:
            lost(error)
            if not closed.done():
                closed.set_result(None)

        protocol.connection_lost = connection_lost
        head = handed.connection.head
        # Any: the stubs of Python 3.9 do not know the method that 3.9 has.
        loop: Any = self.loop
        await loop.connect_accepted_socket(
            lambda: protocol, sock=_own(handed.connection)
        )
        protocol.data_received(head)
        await closed
        record.tell(self._channel)
        self._code.tell(record.began)

    async def _call(self, scope: Message, receive: Any, send: Any) -> None:
        """Be the ASGI app of every connection: note the request, then close."""
        record: RequestRecord = scope[_RECORD]
        record.method = scope.get("method", "")
        record.path = scope["path"]
        record.query = scope.get("query_string", b"").decode("latin-1")

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                message = {**message, "headers": _closing(message)}
            await send(message)

        receive = limit_receive(scope, receive, self._manifest.body_limit)
        await self._apps[record.function](scope, receive, note)

    def _make_protocol(self) -> Any:
        kind = self._config.http_protocol_class
        values = {"config": self._config, "server_state": self._state}
        if "app_state" in inspect.signature(kind.__init__).parameters:
            values["app_state"] = {}
        return kind(**values)


class _NoteErrors:
    """Innermost ASGI middleware: sees what the function raised, and lets it pass."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            scope[_RECORD].error = error
            raise


def _closing(message: Message) -> List[Tuple[bytes, bytes]]:
    headers = [
        (name, value)
        for name, value in message.get("headers", ())
        if name.lower() != b"connection"
    ]
    return [*headers, (b"connection", b"close")]


def _own(connection: socket.socket) -> socket.socket:
    """Return the connection as a plain socket, which the transport will close."""
    return socket.socket(fileno=connection.detach())


def _make_loop() -> asyncio.AbstractEventLoop:
    """Return the kind of loop that production would choose: uvloop if installed."""
    config = uvicorn.Config(lambda: None, log_config=None)
    factory = getattr(config, "get_loop_factory", None)
    if factory is None:
        config.setup_event_loop()
        loop = asyncio.new_event_loop()
    else:
        loop = (factory() or asyncio.new_event_loop)()
    asyncio.set_event_loop(loop)
    return loop
