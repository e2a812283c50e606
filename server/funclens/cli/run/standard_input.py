"""Notices the end of standard input, which ends a runner with the editor."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["watch_end_of_stdin"]

_SIZE = 4096


def watch_end_of_stdin(ended: Callable[[], None], os_name: str = os.name) -> None:
    """Call `ended` in the running loop when standard input ends."""
    loop = asyncio.get_running_loop()
    descriptor = sys.stdin.fileno()
    if os_name == "posix":
        loop.add_reader(descriptor, _read_some, loop, descriptor, ended)
        return
    # A loop waits for sockets only there, so a thread waits for the pipe.
    threading.Thread(
        target=_read_all, args=(loop, descriptor, ended), daemon=True
    ).start()


def _read_some(
    loop: asyncio.AbstractEventLoop, descriptor: int, ended: Callable[[], None]
) -> None:
    if not os.read(descriptor, _SIZE):
        loop.remove_reader(descriptor)
        ended()


def _read_all(
    loop: asyncio.AbstractEventLoop, descriptor: int, ended: Callable[[], None]
) -> None:
    with contextlib.suppress(OSError):  # closed
        while os.read(descriptor, _SIZE):
            pass
    with contextlib.suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(ended)
