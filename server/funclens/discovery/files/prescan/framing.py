"""Length-prefixed messages over the pipes of a prescan.

Imported first, so it imports little.
"""

from __future__ import annotations

import os
from typing import Any

__all__ = ["PIPE_SIZE", "SIZE", "is_complete", "read", "receive", "take"]

PIPE_SIZE = 1 << 20
"""Pipe size in bytes: the maximum that Linux allows without privileges."""

SIZE = 8
"""Size in bytes of the length prefix."""


def receive(pipe: int, buffer: bytearray) -> Any:
    """Return the next message of a pipe, or None once its other end is closed.

    `buffer` holds bytes that were read but not returned yet.
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
    """Return whether the buffer holds a whole message."""
    return len(buffer) >= SIZE + int.from_bytes(buffer[:SIZE], "big")


def read(pipe: int, buffer: bytearray) -> bool:
    """Read available bytes, blocking if there are none; return False at the end."""
    data = os.read(pipe, PIPE_SIZE)
    buffer += data
    return bool(data)


def take(parts: int) -> bool:
    """Claim one of the parts that both processes share; False if none is left."""
    try:
        return bool(os.read(parts, 1))
    except BlockingIOError:
        return False
