"""The worker's end of a channel without descriptors.

For each request, the worker opens a connection to the front door, which sends the
client's and its own address on it, then what the client sends.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from collections import deque
from typing import Any, Deque, NamedTuple, Optional

from funclens_worker.channel import AcceptedConnection, AcceptedSocket, Channel
from funclens_worker.contract import CONNECTION_HEADER, RELAY_HEADER, encode_hello

_ATTEMPTS = 3
_SECONDS = 30.0
"""Maximum seconds for the front door to accept a connection and send the head."""

_DRAIN_SECONDS = 2.0
"""Maximum seconds for the front door to close a connection after the response."""


class Host(NamedTuple):
    """Where to connect to, and what to say."""

    address: Any
    worker: int
    token: bytes


class RelayedSocket(AcceptedSocket):
    """A connection to the front door that stands for the one to the client."""

    def __init__(
        self, descriptor: int, head: bytes, peer: Any, name: Any, family: int
    ) -> None:
        super().__init__(descriptor, head, family)
        self.relayed = peer, name

    def getpeername(self) -> Any:
        """Return the client's address. Raises OSError if it has disconnected."""
        peer = self.relayed and self.relayed[0]
        if peer is None:
            raise OSError("the client has disconnected")
        return peer

    def getsockname(self) -> Any:
        """Return the address that the client has connected to."""
        name = self.relayed and self.relayed[1]
        return name or super().getsockname()

    def finish(self) -> None:
        """Close the connection; read first what the client has sent.

        Otherwise the connection is reset, and not every system keeps what was received
        before a reset.
        """
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_WR)
            self.setblocking(False)
            while socket.socket.recv(self, 65_536):
                self.settimeout(_DRAIN_SECONDS)
        self.close()


class RelayChannel(Channel):
    """Frames from the front door, events to it, over TCP."""

    def __init__(self, connection: socket.socket, host: Host) -> None:
        self._socket = connection
        self._host = host
        self._lock = threading.Lock()
        self._data = bytearray()
        self._descriptors: Deque[int] = deque()
        self._page = None

    @property
    def stack_descriptor(self) -> int:
        """Where `faulthandler` writes: Windows has no descriptors of sockets."""
        return 2 if os.name == "nt" else super().stack_descriptor

    def _map_page(self) -> None:
        """Do nothing: the front door itself knows how far each request is."""

    def _accept(self, number: int, payload: bytes) -> Optional[AcceptedConnection]:
        function, _, _ = CONNECTION_HEADER.unpack_from(payload)
        for _ in range(_ATTEMPTS):
            try:
                connection = self._connect(number)
            except OSError:
                continue
            return AcceptedConnection(number, function, connection, 0, None)
        return None

    def _connect(self, number: int) -> RelayedSocket:
        host = self._host
        with contextlib.ExitStack() as stack:
            plain = stack.enter_context(socket.socket())
            plain.settimeout(_SECONDS)
            plain.connect(host.address)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.sendall(encode_hello(host.worker, host.token, number))
            header = _read(plain, RELAY_HEADER.size)
            names, head = RELAY_HEADER.unpack(header)
            peer, name = json.loads(_read(plain, names))
            data = _read(plain, head)
            stack.pop_all()
        connection = RelayedSocket(
            plain.detach(), data, _address(peer), _address(name), socket.AF_INET
        )
        connection.setblocking(False)
        return connection

    def _receive(self) -> bool:
        try:
            data = self._socket.recv(131_072)
        except OSError:  # the front door is gone
            return False
        self._data += data
        return bool(data)


def _address(values: Any) -> Any:
    return None if values is None else tuple(values)


def _read(connection: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionResetError("the front door closed the connection")
        data += part
    return bytes(data)
