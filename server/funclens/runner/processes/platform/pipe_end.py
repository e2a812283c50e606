"""The reading end of a pipe that an event loop can watch."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PipeEnd"]

_CHUNK = 65_536
"""Size of a pipe, so that one read returns everything printed so far."""


class PipeEnd:
    """Reads a descriptor without blocking."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        os.set_blocking(descriptor, False)

    def read(self) -> bytes:
        """Return what has been printed; empty at the end.

        Raises BlockingIOError if there is nothing yet.
        """
        return os.read(self._descriptor, _CHUNK)

    def watch(self, ready: Callable[[], None]) -> None:
        """Call `ready` whenever there is something to read."""
        self._loop.add_reader(self._descriptor, ready)

    def unwatch(self) -> None:
        """Stop calling it."""
        self._loop.remove_reader(self._descriptor)

    def close(self) -> None:
        """Read no more."""
        self._loop.remove_reader(self._descriptor)
        os.close(self._descriptor)
