"""Reads requests of emulators and of their clients, from a connection over HTTP/1.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h11

if TYPE_CHECKING:
    import asyncio

__all__ = ["READ_SIZE", "read_request"]

READ_SIZE = 65_536
"""Maximum number of bytes to read at once."""


async def read_request(
    state: h11.Connection, reader: asyncio.StreamReader, largest: int
) -> tuple[h11.Request, bytes] | None:
    """Read one request; None at the end, or if its body exceeds `largest` bytes.

    Raises h11.RemoteProtocolError if it can't be parsed.
    """
    request: h11.Request | None = None
    body = bytearray()
    while True:
        event = state.next_event()
        if event is h11.NEED_DATA:
            state.receive_data(await reader.read(READ_SIZE))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > largest:
                return None
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return request, bytes(body)
        else:
            return None
