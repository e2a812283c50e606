"""Signals of a runner: which of them the system has, and how they reach the loop."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["KILL", "existing_signals", "handle_signals"]

KILL: int = getattr(signal, "SIGKILL", signal.SIGTERM)
"""The signal that nothing survives; on Windows, each one sent ends a process."""


def existing_signals(*names: str, module: object = signal) -> tuple[int, ...]:
    """Return the signals that the system has.

    On Windows, Ctrl+Break and the closing of a console are `SIGBREAK`.
    """
    return tuple(getattr(module, name) for name in names if hasattr(module, name))


def handle_signals(
    numbers: Iterable[int], handle: Callable[[int], None], os_name: str = os.name
) -> None:
    """Call `handle` in the running loop for each signal that isn't ignored.

    Signals that the starter ignores stay ignored, as with `nohup`.
    """
    wanted = [item for item in numbers if signal.getsignal(item) is not signal.SIG_IGN]
    loop = asyncio.get_running_loop()
    if os_name == "posix":
        for number in wanted:
            loop.add_signal_handler(number, handle, number)
    else:
        _handle_through_socket(loop, wanted, handle)


def _handle_through_socket(
    loop: asyncio.AbstractEventLoop,
    numbers: list[int],
    handle: Callable[[int], None],
) -> None:
    """Let Python write each signal to a socket, which wakes the loop."""
    receiving, sending = socket.socketpair()
    receiving.setblocking(False)
    sending.setblocking(False)

    def receive(_ends: tuple[socket.socket, socket.socket]) -> None:
        for number in receiving.recv(4096):
            if number in numbers:
                handle(number)

    for number in numbers:
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(sending.fileno(), warn_on_full_buffer=False)
    # The loop keeps both ends alive.
    loop.add_reader(receiving, receive, (receiving, sending))
