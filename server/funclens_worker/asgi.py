"""Handles requests of aio functions with the user's uvicorn.

Production runs uvicorn's protocol under gunicorn. Here, the same protocol gets the
connections from the front door, in an event loop of the same kind.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Dict, List, MutableMapping, Optional, Set, Tuple

from starlette.middleware import Middleware

from funclens_worker.adapters.uvicorn import AsgiApp, Connections, make_loop
from funclens_worker.body import limit_receive
from funclens_worker.channel import AcceptedConnection
from funclens_worker.contract import Manifest
from funclens_worker.log.request_log import RequestLogEntry
from funclens_worker.log.request_reports import RequestReports
from funclens_worker.module_tracker import ModuleTracker

Message = MutableMapping[str, Any]

_ENTRY = "funclens.request_log_entry"
"""Key of the ASGI scope that holds the log entry of the request."""


class AsgiServer:
    """Serves a unit's Starlette apps. Except for `loop`, for its own thread only."""

    def __init__(
        self,
        apps: Dict[str, Any],
        manifest: Manifest,
        reports: RequestReports,
        tracker: ModuleTracker,
    ) -> None:
        self._apps = apps
        self._manifest = manifest
        self._reports = reports
        self._tracker = tracker
        self._tasks: Set[asyncio.Task[None]] = set()
        self._connections = Connections(self._call)
        for app in apps.values():
            # The last one in the list is the innermost that users can add.
            app.user_middleware.append(Middleware(_NoteErrors))
        self.loop = make_loop()

    def serves(self, function: str) -> bool:
        """Return whether it is an aio function."""
        return function in self._apps

    def begin(self, accepted: AcceptedConnection) -> None:
        """Handle one request in a task; called in the loop's thread."""
        task = self.loop.create_task(self._handle(accepted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def cancel(self) -> None:
        """Cancel all tasks, as `asyncio.run` does after an exception."""
        for task in asyncio.all_tasks(self.loop):
            task.cancel()

    async def finish(self) -> None:
        """Wait until all requests are done."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _handle(self, accepted: AcceptedConnection) -> None:
        accepted.take()
        entry = RequestLogEntry(accepted, self._manifest)

        relayed = accepted.connection.relayed

        def with_entry(app: AsgiApp) -> AsgiApp:
            async def logged(scope: Message, receive: Any, send: Any) -> None:
                async def noted(message: Message) -> None:
                    accepted.begin_answer()
                    if entry.capture is not None:
                        self._connections.record(message, entry.capture)
                    await send(message)

                scope[_ENTRY] = entry
                if relayed is not None:
                    scope["client"], scope["server"] = map(_pair, relayed)
                await app(scope, receive, noted)

            return logged

        head, connection = accepted.connection.head, _own(accepted.connection)
        received = None if entry.capture is None else entry.capture.receive
        try:
            await self._connections.answer(connection, head, with_entry, received)
        finally:
            accepted.end()
            entry.tell(self._reports)
        self._tracker.tell(entry.began)

    async def _call(self, scope: Message, receive: Any, send: Any) -> None:
        """ASGI app of every connection: record the request, then close."""
        entry: RequestLogEntry = scope[_ENTRY]
        entry.method = scope.get("method", "GET")  # WebSocket upgrades have none
        entry.path = scope["path"]
        entry.query = scope.get("query_string", b"").decode("latin-1")

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
                message = {**message, "headers": _closing(message)}
            elif message["type"] == "websocket.close":
                entry.status = entry.status or 403
            await send(message)

        receive = limit_receive(scope, receive, self._manifest.body_limit)
        await self._apps[entry.function](scope, receive, note)


class _NoteErrors:
    """Innermost ASGI middleware: records an exception and re-raises it."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            scope[_ENTRY].error = error
            raise


def _closing(message: Message) -> List[Tuple[bytes, bytes]]:
    headers = [
        (name, value)
        for name, value in message.get("headers", ())
        if name.lower() != b"connection"
    ]
    return [*headers, (b"connection", b"close")]


def _pair(address: Any) -> Optional[Tuple[str, int]]:
    """Return host and port, as uvicorn does."""
    return None if address is None else (str(address[0]), int(address[1]))


def _own(connection: socket.socket) -> socket.socket:
    """Return the connection as a plain socket, which the transport will close."""
    return socket.socket(fileno=connection.detach())
