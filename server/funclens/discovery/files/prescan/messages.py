"""Messages over the pipes of a prescan: each says first how long it is.

Imports little, for it is imported first.
"""

from __future__ import annotations

import os
from typing import Any

__all__ = ["PIPE_SIZE", "SIZE", "is_complete", "read", "receive", "take"]

PIPE_SIZE = 1 << 20
"""Bytes that the walk may be ahead of who reads: the most that Linux allows."""

SIZE = 8
"""Bytes that say how long a message is."""


def receive(pipe: int, buffer: bytearray) -> Any:
    """Return the next message of a pipe; None when its other end was closed.

    `buffer` holds what was read of the pipe and not received yet.
    """
    import pickle  # noqa: PLC0415  # from a fork of this process

    while not is_complete(buffer):
        if not read(pipe, buffer):
            return None
    end = SIZE + int.from_bytes(buffer[:SIZE], "big")
    message = pickle.loads(bytes(buffer[SIZE:end]))  # noqa: S301
    del buffer[:end]
    return message


def is_complete(buffer: bytearray) -> bool:
    """Say whether the buffer holds a whole message."""
    return len(buffer) >= SIZE + int.from_bytes(buffer[:SIZE], "big")


def read(pipe: int, buffer: bytearray) -> bool:
    """Read what is there, or wait for it; return False at the end."""
    data = os.read(pipe, PIPE_SIZE)
    buffer += data
    return bool(data)


def take(parts: int) -> bool:
    """Take one of the parts that both processes share; False when none is left."""
    try:
        return bool(os.read(parts, 1))
    except BlockingIOError:
        return False
