"""The only module that knows uvicorn's inside: its protocol, made by hand.

`ServerState`, `Config.http_protocol_class` and the attributes of the protocol are no
public interface. Tested with uvicorn 0.18 and 0.54 (tests/runner/
test_server_versions.py). `app_state` and `get_loop_factory` came in between.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import inspect
import logging
import socket
from typing import Any, Awaitable, Callable, MutableMapping, Optional

import uvicorn
from uvicorn.server import ServerState

from funclens_worker.log.capture import Capture

AsgiApp = Callable[..., Awaitable[None]]
Message = MutableMapping[str, Any]


class Connections:
    """Handles accepted connections with uvicorn's HTTP protocol."""

    def __init__(self, app: AsgiApp) -> None:
        self._state = ServerState()
        self._config = uvicorn.Config(
            app, log_config=None, lifespan="off", interface="asgi3"
        )
        self._config.load()
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)

    async def answer(
        self,
        connection: socket.socket,
        head: bytes,
        wrap: Callable[[AsgiApp], AsgiApp],
        received: Optional[Callable[[bytes], None]] = None,
    ) -> None:
        """Handle one request; return when its connection is closed.

        `head` was already read from the connection. `wrap` gets uvicorn's app and
        returns the app of this connection. `received` gets what is read after `head`.
        """
        # Any: the stubs of Python 3.9 do not know a method that 3.9 has.
        loop: Any = asyncio.get_running_loop()
        closed = loop.create_future()

        def end() -> None:
            # The front door has the connection, too, so closing doesn't end it.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
            if not closed.done():
                closed.set_result(None)

        protocol = self._make_protocol(wrap(self._config.loaded_app), end)
        take = protocol.data_received
        if received is not None:
            protocol.data_received = _both(received, take)
        await loop.connect_accepted_socket(lambda: protocol, sock=connection)
        take(head)
        await closed

    def record(self, message: Message, capture: Capture) -> None:
        """Record what uvicorn makes of an ASGI message, without its chunks."""
        kind = message["type"]
        if kind == "http.response.body":
            capture.send(bytes(message.get("body", b"")))
        elif kind in ("http.response.start", "websocket.http.response.start"):
            capture.send(self._head(message["status"], message))
        elif kind == "websocket.accept":
            capture.send(self._head(101, message))

    def _head(self, status: int, message: Message) -> bytes:
        pairs = [*self._state.default_headers, *message.get("headers", ())]
        lines = [b"%s: %s\r\n" % (name, value) for name, value in pairs]
        return b"HTTP/1.1 %d \r\n%s\r\n" % (status, b"".join(lines))

    def _make_protocol(self, app: AsgiApp, end: Callable[[], None]) -> Any:
        """Return the protocol of one connection, which calls `end` when it is closed.

        An upgrade passes the connection to another protocol with the same
        configuration.
        """
        config: Any = copy.copy(self._config)
        config.loaded_app = app
        make_websocket = config.ws_protocol_class
        if make_websocket is not None:
            config.ws_protocol_class = lambda *args, **kwargs: _telling(
                make_websocket(*args, **kwargs), end
            )
        kind = config.http_protocol_class
        values = {"config": config, "server_state": self._state}
        if "app_state" in inspect.signature(kind.__init__).parameters:
            values["app_state"] = {}
        return _telling(kind(**values), end)


def _both(
    first: Callable[[bytes], None], then: Callable[[bytes], None]
) -> Callable[[bytes], None]:
    def both(data: bytes) -> None:
        first(data)
        then(data)

    return both


def _telling(protocol: Any, end: Callable[[], None]) -> Any:
    """Make the protocol call `end` when it loses its connection."""
    lost = protocol.connection_lost

    def connection_lost(error: Any) -> None:
        lost(error)
        end()

    protocol.connection_lost = connection_lost
    return protocol


def make_loop() -> asyncio.AbstractEventLoop:
    """Return the kind of loop that production uses: uvloop if installed."""
    config = uvicorn.Config(lambda: None, log_config=None)
    factory = getattr(config, "get_loop_factory", None)
    if factory is None:
        config.setup_event_loop()
        loop = asyncio.new_event_loop()
    else:
        loop = (factory() or asyncio.new_event_loop)()
    asyncio.set_event_loop(loop)
    return loop
