"""Where workers connect back to: a port of the loopback interface.

Every connection begins with a hello that names a worker and has its token. Others are
closed: at once if the hello is wrong, after a deadline if it is incomplete, and the
oldest of those if there are many. So nobody else gets in, or keeps workers out.
"""

from __future__ import annotations

import asyncio
import hmac
import itertools
import secrets
import socket
from typing import TYPE_CHECKING, Protocol

from funclens_worker.contract import HELLO, HELLO_MAGIC, TOKEN_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Guest", "Rendezvous"]

HELLO_SECONDS = 20.0
"""Maximum seconds for a connection to send its hello."""

UNKNOWN_LIMIT = 64
"""Maximum number of connections without a complete hello."""

_AT_ONCE = 64
_PAUSE_SECONDS = 0.1


class Guest(Protocol):
    """A worker that is expected."""

    def on_control(self, connection: socket.socket) -> None:
        """Take the connection of the channel."""

    def on_data(self, number: int, connection: socket.socket) -> None:
        """Take the connection for a request."""


class Rendezvous:
    """Accepts connections of workers, and hands them to what expects them."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._listener.setblocking(False)
        self._numbers = itertools.count(1)
        self._guests: dict[int, tuple[bytes, Guest]] = {}
        self._unknown: dict[_Unknown, None] = {}
        """Connections with an incomplete hello, in order of arrival."""
        self._loop.add_reader(self._listener, self.accept)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, port = self._listener.getsockname()
        return host, port

    def invite(self, guest: Guest) -> tuple[int, bytes]:
        """Expect a worker; return its number and its token."""
        number, token = next(self._numbers), secrets.token_bytes(TOKEN_BYTES)
        self._guests[number] = token, guest
        return number, token

    def dismiss(self, number: int) -> None:
        """Expect a worker no longer."""
        self._guests.pop(number, None)

    def accept(self) -> None:
        """Accept what waits."""
        for connection in self._accepted():
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            unknown = _Unknown(self, connection)
            if not unknown.read():
                self._unknown[unknown] = None
                unknown.wait(HELLO_SECONDS)
                if len(self._unknown) > UNKNOWN_LIMIT:
                    next(iter(self._unknown)).close()

    def catch_up(self) -> None:
        """Look at all that has been sent so far."""
        for unknown in list(self._unknown):
            unknown.read()
        self.accept()

    def close(self) -> None:
        """Accept nothing more."""
        self._loop.remove_reader(self._listener)
        self._listener.close()
        for unknown in list(self._unknown):
            unknown.close()

    def forget(self, unknown: _Unknown) -> None:
        """Stop tracking a connection."""
        self._unknown.pop(unknown, None)

    def welcome(self, hello: bytes, connection: socket.socket) -> None:
        """Pass a connection on; close it if the hello is wrong."""
        magic, worker, token, number = HELLO.unpack(hello)
        expected, guest = self._guests.get(worker, (b"", None))
        is_right = magic == HELLO_MAGIC and hmac.compare_digest(token, expected)
        if guest is None or not is_right:
            connection.close()
        elif number:
            guest.on_data(number, connection)
        else:
            guest.on_control(connection)

    def _accepted(self) -> Iterator[socket.socket]:
        try:
            for _ in range(_AT_ONCE):
                yield self._listener.accept()[0]
        except BlockingIOError:
            return
        except OSError:  # too many descriptors; they stay in the kernel's queue
            self._loop.remove_reader(self._listener)
            self._loop.call_later(_PAUSE_SECONDS, self._go_on)

    def _go_on(self) -> None:
        if self._listener.fileno() >= 0:
            self._loop.add_reader(self._listener, self.accept)


class _Unknown:
    """A connection whose hello is incomplete."""

    def __init__(self, rendezvous: Rendezvous, connection: socket.socket) -> None:
        self._rendezvous = rendezvous
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._hello = b""
        self._deadline: asyncio.TimerHandle | None = None

    def wait(self, seconds: float) -> None:
        """Read the rest when it arrives."""
        self._loop.add_reader(self._connection, self.read)
        self._deadline = self._loop.call_later(seconds, self.close)

    def read(self) -> bool:
        """Read what is there; return whether the connection is somebody else's."""
        try:
            data = self._connection.recv(HELLO.size - len(self._hello))
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        self._hello += data
        if not data:
            self.close()
        elif len(self._hello) < HELLO.size:
            return False
        else:
            self._let_go()
            self._rendezvous.welcome(self._hello, self._connection)
        return True

    def close(self) -> None:
        """Close the connection."""
        self._let_go()
        self._connection.close()

    def _let_go(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._loop.remove_reader(self._connection)
        self._rendezvous.forget(self)
