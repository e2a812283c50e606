"""Accepts connections and reads them until their request heads are complete.

An unfinished request costs one descriptor until its deadline. If descriptors run out,
the oldest unfinished connection is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import select
import socket
from typing import TYPE_CHECKING, Protocol

from funclens.runner.descriptors import limit
from funclens.runner.http.head import BadHead, HeadReader
from funclens.runner.http.responses import out_of_descriptors

if TYPE_CHECKING:
    from funclens.runner.http.head import Head

__all__ = ["Acceptor", "HeadHandler"]

_CHUNK = 65_536
_PAUSE_SECONDS = 0.1
_OUT_OF_DESCRIPTORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class HeadHandler(Protocol):
    """Receives connections with complete heads and owns them from then on."""

    def take(self, head: Head, connection: socket.socket) -> None:
        """Handle a request."""

    def refuse(self, connection: socket.socket, reason: str, status: int) -> None:
        """Handle an invalid request; `reason` is a sentence for the client."""


class Acceptor:
    """Accepts on one listening socket; forwards complete heads, refuses the rest."""

    def __init__(
        self,
        listener: socket.socket,
        head_seconds: float,
        handler: HeadHandler,
    ) -> None:
        self.handler = handler
        self._listener = listener
        self._head_seconds = head_seconds
        self._loop = asyncio.get_running_loop()
        self._incoming: dict[_Incoming, None] = {}
        """Connections with incomplete heads, in order of arrival."""
        self._most_incoming = max(8, limit() // 4)
        self._spare = os.open(os.devnull, os.O_RDONLY)
        """Spare descriptor, released to respond to a connection when none is left."""

    def open(self) -> None:
        """Start accepting."""
        self._loop.add_reader(self._listener, self._accept)

    def close(self) -> None:
        """Stop accepting and drop connections with incomplete heads."""
        self._loop.remove_reader(self._listener)
        self._listener.close()
        self._give_up_spare()
        for incoming in list(self._incoming):
            incoming.close()

    def forget(self, incoming: _Incoming) -> None:
        """Stop tracking a connection whose head is being read."""
        self._incoming.pop(incoming, None)

    def _accept(self) -> None:
        for _ in range(64):
            try:
                connection, _address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno not in _OUT_OF_DESCRIPTORS or not self._is_awaited():
                    return
                if self._make_room():
                    continue
                self._pause_accepting()
                return
            connection.setblocking(False)
            self._begin(connection)

    def _is_awaited(self) -> bool:
        """Return whether a client waits: without descriptors, `accept` can't tell."""
        if not hasattr(select, "poll"):  # Windows
            return bool(select.select([self._listener], [], [], 0)[0])
        waiting = select.poll()
        waiting.register(self._listener, select.POLLIN)
        return bool(waiting.poll(0))

    def _begin(self, connection: socket.socket) -> None:
        """Forward a request that is already complete; keep reading others."""
        reader = HeadReader()
        try:
            data = connection.recv(_CHUNK)
            if not data:
                connection.close()
                return
            head = reader.feed(data)
        except BlockingIOError:
            head = None
        except BadHead as error:
            self.handler.refuse(connection, str(error), error.status)
            return
        except OSError:
            connection.close()
            return
        if head is not None:
            self.handler.take(head, connection)
            return
        incoming = _Incoming(self, connection, reader, self._head_seconds)
        self._incoming[incoming] = None
        if len(self._incoming) > self._most_incoming:
            self._close_oldest()

    def _close_oldest(self) -> None:
        next(iter(self._incoming)).close(_busy())

    def _make_room(self) -> bool:
        """Close or refuse a connection; return False if that isn't possible now."""
        if self._incoming:
            self._close_oldest()
            return True
        if self._spare < 0:
            return False
        self._give_up_spare()
        with contextlib.suppress(OSError):
            connection, _address = self._listener.accept()
            with connection:
                connection.setblocking(False)
                _refuse(connection, _busy())
        with contextlib.suppress(OSError):
            self._spare = os.open(os.devnull, os.O_RDONLY)
        return self._spare >= 0

    def _give_up_spare(self) -> None:
        if self._spare >= 0:
            os.close(self._spare)
            self._spare = -1

    def _pause_accepting(self) -> None:
        """Leave connections in the kernel's queue until others are closed."""
        self._loop.remove_reader(self._listener)
        self._loop.call_later(_PAUSE_SECONDS, self._go_on)

    def _go_on(self) -> None:
        if self._spare < 0:
            with contextlib.suppress(OSError):
                self._spare = os.open(os.devnull, os.O_RDONLY)
        if self._listener.fileno() >= 0:
            self._loop.add_reader(self._listener, self._accept)


class _Incoming:
    """A connection with an incomplete request head."""

    def __init__(
        self,
        acceptor: Acceptor,
        connection: socket.socket,
        reader: HeadReader,
        seconds: float,
    ) -> None:
        self._acceptor = acceptor
        self._connection = connection
        self._reader = reader
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(connection, self.read)
        self._deadline = self._loop.call_later(seconds, self._too_slow)

    def read(self) -> None:
        """Read available bytes; forward the request when its head is complete."""
        try:
            data = self._connection.recv(_CHUNK)
            head = self._reader.feed(data)
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        except BadHead as error:
            self._let_go()
            self._acceptor.handler.refuse(self._connection, str(error), error.status)
            return
        if head is not None:
            self._let_go()
            self._acceptor.handler.take(head, self._connection)
        elif not data:
            self.close()

    def close(self, response: bytes = b"") -> None:
        """Close the connection, with a response if a request has begun."""
        self._let_go()
        with self._connection:
            if response and not self._reader.is_empty:
                _refuse(self._connection, response)

    def _let_go(self) -> None:
        self._deadline.cancel()
        self._loop.remove_reader(self._connection)
        self._acceptor.forget(self)

    def _too_slow(self) -> None:
        if self._reader.is_empty:
            self.close()
            return
        self._let_go()
        self._acceptor.handler.refuse(
            self._connection, "The request head did not arrive in time.", 408
        )


def _refuse(connection: socket.socket, response: bytes) -> None:
    """Send as much as possible without blocking."""
    with contextlib.suppress(OSError):
        with contextlib.suppress(BlockingIOError):
            connection.recv(_CHUNK)  # closing with unread bytes would reset it
        connection.send(response)
        connection.shutdown(socket.SHUT_WR)


def _busy() -> bytes:
    return out_of_descriptors(limit()).encode("GET")
