"""Reads the body of a request for the runner itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    import h11

    from funclens.runner.http.head import Head

__all__ = ["read_body"]


async def read_body(head: Head, connection: socket.socket, limit: int) -> bytes:
    """Return the body; `limit` is in bytes. Raises ValueError if it is no such body."""
    import h11  # noqa: PLC0415 - most runners are never controlled

    parser = h11.Connection(h11.SERVER)
    try:
        return await _read(parser, head, connection, limit)
    except h11.RemoteProtocolError as error:
        raise ValueError(str(error)) from error


async def _read(
    parser: h11.Connection, head: Head, connection: socket.socket, limit: int
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
            if len(body) > limit:
                raise ValueError("it is too long")
        elif not isinstance(event, h11.Request):
            raise ValueError("the request ended early")
    return bytes(body)
