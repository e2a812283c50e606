"""Pairs of TCP connections, as between clients, front door and workers."""

from __future__ import annotations

import asyncio
import socket

from process import DEADLINE_S


def pair():
    """Return the two ends of a connection; the second doesn't block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname(), DEADLINE_S)
        far, _ = listener.accept()
    far.setblocking(False)
    return near, far


def in_loop(steps):
    """Run a coroutine function that must end in time."""
    asyncio.run(asyncio.wait_for(steps(), DEADLINE_S))


async def receive(connection, size):
    """Return exactly so many bytes, or fewer at the end of the stream."""

    def read():
        data = b""
        while len(data) < size and (part := connection.recv(size - len(data))):
            data += part
        return data

    return await asyncio.to_thread(read)
