"""Sends the front door's own responses, and closes their connections in order."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine

__all__ = ["Replies"]

_CHUNK = 65_536
_LINGER_SECONDS = 2.0


class Replies:
    """The responses that are on their way."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, connection: socket.socket, data: bytes) -> None:
        """Send a whole response and close the connection."""
        self._spawn(_reply(connection, data))

    def send_later(self, connection: socket.socket, data: Awaitable[bytes]) -> None:
        """Send a whole response as soon as it is made, and close the connection."""

        async def wait_and_reply() -> None:
            with connection:
                await _reply(connection, await data)

        self._spawn(wait_and_reply())

    async def close(self) -> None:
        """End what has not been sent yet."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _reply(connection: socket.socket, data: bytes) -> None:
    """Send, then wait for the client's end: a reset would take the response back."""
    loop = asyncio.get_running_loop()
    with connection, contextlib.suppress(OSError, TimeoutError, asyncio.TimeoutError):
        await loop.sock_sendall(connection, data)
        connection.shutdown(socket.SHUT_WR)
        deadline = loop.time() + _LINGER_SECONDS
        while loop.time() < deadline:
            rest = await asyncio.wait_for(
                loop.sock_recv(connection, _CHUNK), deadline - loop.time()
            )
            if not rest:
                return
