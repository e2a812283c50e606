"""Sends the front door's own responses and closes the connections properly."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

from funclens.runner.background import in_thread

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from funclens.runner.http.head import Head
    from funclens.runner.http.responses import Problem, Response

__all__ = ["Replies"]

_CHUNK = 262_144
_LINGER_SECONDS = 2.0
_LINGER_BYTES = 67_108_864
"""Maximum number of bytes read from a client after the response.

A client may send a whole body before it reads: twice the platform's limit is read.
"""

_SEND_SECONDS = 60.0
"""Maximum seconds for a client to read a response."""

_CLOSE_SECONDS = 0.5
"""Maximum seconds for responses to be sent when the runner stops."""


class Replies:
    """Responses that are being sent."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, connection: socket.socket, data: bytes) -> None:
        """Send a whole response and close the connection."""
        self._spawn(_reply(connection, data))

    def answer(
        self, head: Head, connection: socket.socket, response: Response | Problem
    ) -> None:
        """Respond to a request; HTML is rendered in a thread."""
        if not head.wants_html:
            self.send(connection, response.encode(head.method))
            return

        async def write_and_reply() -> None:
            with connection:
                data = await in_thread(response.encode, head.method)
                await _reply(connection, data)

        self._spawn(write_and_reply())

    async def close(self) -> None:
        """Abort responses that can't be sent soon."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_CLOSE_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _reply(connection: socket.socket, data: bytes) -> None:
    """Send, then wait for the client to close; a reset may lose the response."""
    loop = asyncio.get_running_loop()
    with connection, contextlib.suppress(OSError, TimeoutError, asyncio.TimeoutError):
        await asyncio.wait_for(loop.sock_sendall(connection, data), _SEND_SECONDS)
        connection.shutdown(socket.SHUT_WR)
        deadline = loop.time() + _LINGER_SECONDS
        left = _LINGER_BYTES
        while left > 0 and loop.time() < deadline:
            rest = await asyncio.wait_for(
                loop.sock_recv(connection, _CHUNK), deadline - loop.time()
            )
            if not rest:
                return
            left -= len(rest)
