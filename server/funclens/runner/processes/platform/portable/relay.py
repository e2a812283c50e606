"""Passes the bytes of one request between its client and its worker."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from typing import TYPE_CHECKING

from funclens.runner.processes.platform.portable.byte_flow import Flow, FlowEnds

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Relay"]

_INTERIM = b"HTTP/1.1 100 "
_RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""Value of SO_LINGER that makes `close` reset the connection."""


class Relay:
    """Two flows of bytes; ends when that of the worker has ended.

    The end of a stream is passed on as such, a reset as a reset. The client's
    connection is left open.
    """

    def __init__(
        self, client: socket.socket, worker: socket.socket, first: bytes
    ) -> None:
        """`first` is sent to the worker before what the client sends."""
        self.has_begun = False
        """Whether the response has begun; interim responses don't count."""
        self.is_over = False
        """Whether the worker's flow has ended and nothing waits for the client."""
        self.on_over: Callable[[], None] = _ignore
        self._client = client
        self._worker = worker
        self._up = Flow(client, worker, FlowEnds(self._uploaded, self.abort, _ignore))
        self._down = Flow(
            worker, client, FlowEnds(self._answered, self._answered, self.abort)
        )
        self._down.look = self._note
        with contextlib.suppress(OSError):  # the client disconnected
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._down.begin()
        self._up.begin(first)

    def discard_response(self) -> None:
        """Send the client nothing more: it gets another response."""
        self._down.discard()

    def finish(self) -> None:
        """Send the client what is there of a dead worker's response, then end."""
        self._up.stop()
        self._down.finish()

    def abort(self) -> None:
        """End without the rest. The worker's connection is reset."""
        if not self.is_over:
            with contextlib.suppress(OSError):
                self._worker.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._end()

    def _note(self, data: bytes) -> None:
        if data.startswith(_INTERIM):
            data = data.partition(b"\r\n\r\n")[2]
        if data:
            self.has_begun = True
            self._down.look = None

    def _uploaded(self) -> None:
        with contextlib.suppress(OSError):
            self._worker.shutdown(socket.SHUT_WR)

    def _answered(self) -> None:
        if self.has_begun:  # otherwise the front door may answer
            with contextlib.suppress(OSError):
                self._client.shutdown(socket.SHUT_WR)
        self._end()

    def _end(self) -> None:
        self.is_over = True
        self._up.stop()
        self._down.stop()
        self._worker.close()
        self.on_over()


def _ignore() -> None:
    return
