"""The worker's end of the channel: frames in, events out.

`read_connection` may only be called by one thread at a time; `send` by any thread.
"""

from __future__ import annotations

import array
import contextlib
import faulthandler
import mmap
import os
import socket
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Callable, Deque, Optional, Sequence, Tuple

from funclens_worker.contract import (
    CONNECTION_HEADER,
    FRAME_HEADER,
    SLOTS,
    EventName,
    FrameKind,
    Manifest,
    Progress,
    encode_event,
)
from funclens_worker.log.capture import Capture

_CLOSE_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
_LOST = -1
"""In place of a descriptor that the kernel dropped: this process has too many."""

_CHUNK = 131_072
_ROOM = 16
"""Maximum number of descriptors per read."""
_INTERIM = b"HTTP/1.1 100 "
"""Beginning of an interim response."""


class AcceptedSocket(socket.socket):
    """A connection whose first bytes the front door has already read."""

    def __init__(
        self, descriptor: int, head: bytes, family: int = socket.AF_INET
    ) -> None:
        # With all four arguments, Python needn't ask the kernel for the socket's type.
        super().__init__(family, socket.SOCK_STREAM, 0, descriptor)
        self._head = memoryview(head)
        self.before_answer: Optional[Callable[[], None]] = None
        """Called once before the first byte of the response is sent."""
        self.relayed: Optional[Tuple[Any, Any]] = None
        """The client's address, and the one that it has connected to, if this is a
        connection to the front door."""
        self.capture: Optional[Capture] = None
        """Records what is received and sent, if it is kept."""

    def finish(self) -> None:
        """Close the connection, even if other processes have it open."""
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_WR)
        self.close()

    @property
    def head(self) -> bytes:
        """Bytes from the front door that haven't been read yet."""
        return bytes(self._head)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Return the front door's bytes first, then the client's."""
        if not self._head:
            data = super().recv(size, flags)
            if self.capture is not None:
                self.capture.receive(data)
            return data
        first, self._head = self._head[:size], self._head[size:]
        return bytes(first)

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Fill the buffer with the front door's bytes first, then the client's."""
        if not self._head:
            size = super().recv_into(buffer, nbytes, flags)
            if self.capture is not None:
                self.capture.receive(bytes(memoryview(buffer)[:size]))
            return size
        data = self.recv(nbytes or len(buffer))
        memoryview(buffer)[: len(data)] = data
        return len(data)

    def send(self, data: Any, flags: int = 0) -> int:
        """Send, recording the start of the response."""
        self._note_answer(data)
        sent = super().send(data, flags)
        if self.capture is not None:
            self.capture.send(data[:sent])
        return sent

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send everything, recording the start of the response."""
        self._note_answer(data)
        if self.capture is not None:
            self.capture.send(data)
        super().sendall(data, flags)

    def sendfile(self, file: Any, offset: int = 0, count: Optional[int] = None) -> int:
        """Send a file, keeping its beginning."""
        capture, self.capture = self.capture, None  # it may call `send`
        sent = super().sendfile(file, offset, count)
        if capture is not None and sent:
            kept = _beginning(file, offset, min(sent, capture.room))
            capture.send(kept)
            capture.skip(sent - len(kept))
        self.capture = capture
        return sent

    def _note_answer(self, data: Any) -> None:
        note = self.before_answer
        if note is not None and bytes(data[: len(_INTERIM)]) != _INTERIM:
            self.before_answer = None
            note()


def _beginning(file: Any, offset: int, size: int) -> bytes:
    """Return bytes of a file that has been sent; its position stays."""
    if hasattr(os, "pread"):
        return os.pread(file.fileno(), size, offset)
    at = file.tell()
    file.seek(offset)
    data: bytes = file.read(size)
    file.seek(at)
    return data


@dataclass
class AcceptedConnection:
    """A connection that the front door has accepted, with its request head."""

    number: int
    """Request number, repeated in the event that ends it."""
    function: int
    """Index of the function in the manifest."""
    connection: AcceptedSocket
    """Non-blocking; the receiver closes it."""
    slot: int
    page: Optional[mmap.mmap]
    """The progress page, until the request is done."""
    answered_at: float = 0.0
    """Monotonic time of the first byte of the response; 0 before."""

    @property
    def client_port(self) -> int:
        """Port of the client; 0 if it has disconnected."""
        try:
            return int(self.connection.getpeername()[1])
        except OSError:
            return 0

    def take(self) -> None:
        """Record that no other worker may handle it, before user code can run."""
        if self.page is not None:
            self.page[self.slot] = Progress.TAKEN

    def begin_answer(self) -> None:
        """Record that the first byte of the response is about to be sent."""
        self.answered_at = self.answered_at or time.monotonic()
        if self.page is not None:
            self.page[self.slot] = Progress.ANSWERING

    def end(self) -> None:
        """Free the slot, before the front door learns that the request is done."""
        self.page = None


class Channel:
    """Frames and descriptors from the front door, events to it."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)
        self._socket = socket.socket(fileno=descriptor)
        self._lock = threading.Lock()
        self._data = bytearray()
        self._descriptors: Deque[int] = deque()
        self._page: Optional[mmap.mmap] = None

    @property
    def stack_descriptor(self) -> int:
        """Where `faulthandler` writes the stack of a dying process."""
        return self._socket.fileno()

    def dump_stack(self) -> None:
        """Write the stack of this thread between two events."""
        is_locked = self._lock.acquire(timeout=1)  # a signal may arrive during `send`
        faulthandler.dump_traceback(self.stack_descriptor, all_threads=False)
        if is_locked:
            self._lock.release()

    def read_manifest(self) -> Manifest:
        """Return the manifest, which is always the first frame.

        Raises EOFError if the front door is gone, ValueError for another version.
        """
        frame = self._read_frame()
        if frame is None:
            raise EOFError("the front door closed the channel")
        kind, _, payload = frame
        if kind != FrameKind.MANIFEST:
            raise ValueError("the first frame must be the manifest")
        self._map_page()
        return Manifest.from_json(payload)

    def read_connection(self) -> Optional[AcceptedConnection]:
        """Wait for the next connection; return None if there are no more."""
        while True:
            frame = self._read_frame()
            if frame is None:
                return None
            _, number, payload = frame
            accepted = self._accept(number, payload)
            if accepted is not None:
                return accepted
            self.send(EventName.REFUSED, number=number)

    def stop_reading(self) -> None:
        """Wake the reader, and refuse what the front door sends."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RD)

    def send(
        self, event: EventName, *, raw: Sequence[bytes] = (), **fields: Any
    ) -> None:
        """Send an event, and the bytes that follow it; dropped if nobody reads."""
        data = encode_event(event, **fields)
        if raw:
            data = b"".join((data, *raw))
        with self._lock:
            try:
                self._socket.sendall(data)
            except OSError:
                return

    def _map_page(self) -> None:
        page = self._descriptors.popleft()
        self._page = mmap.mmap(page, SLOTS)
        os.close(page)

    def _accept(self, number: int, payload: bytes) -> Optional[AcceptedConnection]:
        """Return the connection of a request, or None if it is lost."""
        descriptor = self._descriptors.popleft()
        if descriptor == _LOST:
            return None
        function, family, slot = CONNECTION_HEADER.unpack_from(payload)
        head = payload[CONNECTION_HEADER.size :]
        connection = AcceptedSocket(descriptor, head, family)
        return AcceptedConnection(number, function, connection, slot, self._page)

    def _read_frame(self) -> Optional[Tuple[int, int, bytes]]:
        while len(self._data) < FRAME_HEADER.size:
            if not self._receive():
                return None
        kind, number, length = FRAME_HEADER.unpack_from(self._data)
        end = FRAME_HEADER.size + length
        while len(self._data) < end:
            if not self._receive():
                return None
        payload = bytes(self._data[FRAME_HEADER.size : end])
        del self._data[:end]
        return kind, number, payload

    def _receive(self) -> bool:
        """Read available data and descriptors; return False at the end of stream."""
        descriptors = array.array("i")
        space = socket.CMSG_SPACE(_ROOM * descriptors.itemsize)
        data, ancillary, flags, _ = self._socket.recvmsg(_CHUNK, space, _CLOSE_ON_EXEC)
        self._data += data
        for level, kind, value in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                usable = len(value) - len(value) % descriptors.itemsize
                descriptors.frombytes(value[:usable])
        for descriptor in descriptors:
            if not _CLOSE_ON_EXEC:
                os.set_inheritable(descriptor, False)
            self._descriptors.append(descriptor)
        if flags & socket.MSG_CTRUNC:
            self._descriptors.append(_LOST)
        return bool(data)
