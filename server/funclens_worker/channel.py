"""The worker's end of the channel: frames come in, events go out.

Reading is for one thread; `send` may be called from any.
"""

from __future__ import annotations

import array
import os
import socket
import threading
from dataclasses import dataclass
from typing import Any, Optional

from funclens_worker.contract import (
    FRAME_HEADER,
    FUNCTION_INDEX,
    EventName,
    FrameKind,
    Manifest,
    encode_event,
)

_CLOSE_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)


@dataclass(frozen=True)
class Handed:
    """A connection that the door has accepted and read the head of."""

    number: int
    """Request number, repeated in the event that ends it."""
    function: int
    """Position of the function in the manifest."""
    connection: socket.socket
    """Blocking; the receiver closes it."""
    head: bytes
    """What the door has read already, with the request line of production."""


class Channel:
    """Frames and descriptors from the door, events to it."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)
        self._socket = socket.socket(fileno=descriptor)
        self._lock = threading.Lock()

    def read_manifest(self) -> Manifest:
        """Return the manifest, always the first frame.

        Raises EOFError when the door is gone, ValueError for another version.
        """
        frame = self._read_frame()
        if frame is None:
            raise EOFError("the front door closed the channel")
        kind, _, payload, _ = frame
        if kind is not FrameKind.MANIFEST:
            raise ValueError("the first frame must be the manifest")
        return Manifest.from_json(payload)

    def read_connection(self) -> Optional[Handed]:
        """Wait for the next connection; None when no more will come."""
        frame = self._read_frame()
        if frame is None:
            return None
        _, number, payload, descriptor = frame
        if descriptor is None:
            raise ValueError("a connection frame came without its descriptor")
        connection = socket.socket(fileno=descriptor)
        connection.setblocking(True)
        (function,) = FUNCTION_INDEX.unpack_from(payload)
        return Handed(number, function, connection, payload[FUNCTION_INDEX.size :])

    def send(self, event: EventName, **fields: Any) -> None:
        """Tell the door; silently dropped when the door is gone."""
        line = encode_event(event, **fields)
        with self._lock:
            try:
                self._socket.sendall(line)
            except OSError:
                return

    def _read_frame(self) -> Optional[tuple[FrameKind, int, bytes, Optional[int]]]:
        header = b""
        descriptor: Optional[int] = None
        while len(header) < FRAME_HEADER.size:
            data, received = self._receive(FRAME_HEADER.size - len(header))
            if not data:
                return None
            header += data
            descriptor = received if descriptor is None else descriptor
        kind, number, length = FRAME_HEADER.unpack(header)
        payload = bytearray()
        while len(payload) < length:
            data = self._socket.recv(length - len(payload))
            if not data:
                return None
            payload += data
        return FrameKind(kind), number, bytes(payload), descriptor

    def _receive(self, size: int) -> tuple[bytes, Optional[int]]:
        descriptors = array.array("i")
        data, ancillary, _, _ = self._socket.recvmsg(
            size, socket.CMSG_SPACE(descriptors.itemsize), _CLOSE_ON_EXEC
        )
        for level, kind, value in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                descriptors.frombytes(value[: descriptors.itemsize])
        if not descriptors:
            return data, None
        os.set_inheritable(descriptors[0], False)
        return data, descriptors[0]
