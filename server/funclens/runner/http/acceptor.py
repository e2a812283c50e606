"""Takes connections in and reads them until their request heads are complete.

A client that sends half a line costs a descriptor and a deadline, nothing else.
"""

from __future__ import annotations

import asyncio
import errno
from typing import TYPE_CHECKING, Protocol

from funclens.runner.http.head import BadHead, Head, HeadReader

if TYPE_CHECKING:
    import socket

__all__ = ["Acceptor", "HeadHandler"]

_CHUNK = 65_536
_OUT_OF_DESCRIPTORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class HeadHandler(Protocol):
    """Who gets connections whose heads are decided upon, and owns them from then on."""

    def take(self, head: Head, connection: socket.socket) -> None:
        """Take a request."""

    def refuse(self, connection: socket.socket, reason: str, status: int) -> None:
        """Take what is not a request: `reason` is a sentence for the client."""


class Acceptor:
    """Accepts on one listening socket; hands on whole heads, refuses the rest."""

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
        self._incoming: set[_Incoming] = set()

    def open(self) -> None:
        """Begin to accept."""
        self._loop.add_reader(self._listener, self._accept)

    def close(self) -> None:
        """Accept no more and forget whose head is not complete."""
        self._loop.remove_reader(self._listener)
        self._listener.close()
        for incoming in list(self._incoming):
            incoming.close()

    def forget(self, incoming: _Incoming) -> None:
        """Take a connection off the list of those whose head is being read."""
        self._incoming.discard(incoming)

    def _accept(self) -> None:
        for _ in range(64):
            try:
                connection, _address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in _OUT_OF_DESCRIPTORS:
                    self._pause_accepting()
                return
            connection.setblocking(False)
            self._begin(connection)

    def _begin(self, connection: socket.socket) -> None:
        """Take a request that is whole already; have the others read on."""
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
        self._incoming.add(_Incoming(self, connection, reader, self._head_seconds))

    def _pause_accepting(self) -> None:
        """Leave connections in the kernel's queue until some others are closed."""
        self._loop.remove_reader(self._listener)
        self._loop.call_later(
            0.1,
            lambda: (
                self._listener.fileno() >= 0
                and self._loop.add_reader(self._listener, self._accept)
            ),
        )


class _Incoming:
    """A connection whose request head is not complete yet."""

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
        """Read what is there; decide when the head is complete."""
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

    def close(self) -> None:
        """Forget the connection."""
        self._let_go()
        self._connection.close()

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
