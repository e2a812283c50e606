"""Stream bytes to a connection until either side closes."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable

__all__ = ["send_stream"]


async def send_stream(
    connection: socket.socket,
    first: bytes,
    take: Callable[[], Awaitable[bytes]],
    on_gone: Callable[[], None],
) -> None:
    """Send `first`, then the results of `take` until one is empty; close.

    `on_gone` is called when the client disconnects and must wake `take`.
    """
    loop = asyncio.get_running_loop()
    gone = loop.create_task(_wait_for_end(connection))
    gone.add_done_callback(lambda _: on_gone())
    with connection:
        try:
            await loop.sock_sendall(connection, first)
            while data := await take():
                await loop.sock_sendall(connection, data)
        except OSError:
            return
        finally:
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)


async def _wait_for_end(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    with contextlib.suppress(OSError):
        while await loop.sock_recv(connection, 1024):
            pass
