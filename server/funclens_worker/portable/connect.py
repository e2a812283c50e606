"""Starts a worker that was spawned: it connects to the front door that invited it."""

from __future__ import annotations

import _thread
import os
import signal
import socket
from typing import Any, Dict

from funclens_worker.main import serve_channel
from funclens_worker.portable.relay_channel import Host, RelayChannel


def run(connection: socket.socket, invitation: Dict[str, Any], life: int) -> int:
    """Serve a unit; return the exit code.

    `life` is read until the front door closes it: then this process ends with all that
    it has started.
    """
    # A thread that user code, which may list threads, doesn't see.
    _thread.start_new_thread(_end_with, (life,))
    connection.settimeout(None)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    token = bytes.fromhex(invitation["token"])
    host = Host(tuple(invitation["address"]), invitation["worker"], token)
    return serve_channel(RelayChannel(connection, host))


def _end_with(life: int) -> None:
    leave = os._exit  # user code may replace it
    try:
        while os.read(life, 4096):
            pass
    except OSError:
        pass
    if hasattr(os, "killpg"):
        os.killpg(os.getpid(), signal.SIGKILL)
    leave(1)
