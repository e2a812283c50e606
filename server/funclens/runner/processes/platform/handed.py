"""Requests that were passed to one worker, and their progress.

The front door keeps each connection until the worker reports that its request is done.
Progress is in a page of shared memory, so that it survives any death of the worker.
Whether a byte of the response was sent is read from the kernel.
"""

from __future__ import annotations

import mmap
import os
import socket
import struct
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.runner.processes.platform.kept_requests import LeftRequests
from funclens_worker.contract import (
    CONNECTION_HEADER,
    SLOTS,
    FrameKind,
    Progress,
    encode_frame,
)

if TYPE_CHECKING:
    from funclens.runner.http.pending import PendingRequest

__all__ = ["HandedRequests"]

_TCP_INFO = struct.Struct("=140xII52xQQ")
"""Linux: segments received, bytes not sent yet, bytes sent, bytes retransmitted."""
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_KEPT_ANSWERING = 64
"""Number of connections with a started response before they are closed."""


class HandedRequests:
    """Keeps the requests of one worker, each with its slot in the page."""

    def __init__(self) -> None:
        self.descriptor: int | None = _shared_memory()
        """Descriptor of the page for the worker; closed after it was sent."""
        self._page = _map(self.descriptor)
        self.keeps_connections = False
        """Whether connections are needed after a response has started."""
        self._requests: dict[int, tuple[PendingRequest, int]] = {}
        """Requests by number, with their slots, in order of arrival."""
        self._given_up: set[int] = set()
        """Numbers of requests that have a response from elsewhere."""
        self._free: list[int] = []
        self._next = 0
        self._sweep_at = _KEPT_ANSWERING

    @property
    def is_empty(self) -> bool:
        """Whether every request has ended."""
        return not self._requests

    @property
    def has_room(self) -> bool:
        """Whether another request can be kept."""
        return bool(self._free) or self._next < SLOTS

    def sent_descriptor(self) -> None:
        """Close the descriptor of the page, which is sent first."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def hand_over(
        self, request: PendingRequest, function: int
    ) -> tuple[bytes, int | None]:
        """Keep a request; return the frame for the worker, and the descriptor with it.

        `function` is its function's index in the manifest.
        """
        connection = request.connection
        header = CONNECTION_HEADER.pack(function, connection.family, self.add(request))
        data = header + request.data
        frame = encode_frame(FrameKind.CONNECTION, request.number, data)
        return frame, connection.fileno()

    def add(self, request: PendingRequest) -> int:
        """Keep a request that is about to be sent; return its slot."""
        if len(self._requests) >= self._sweep_at and not self.keeps_connections:
            self._sweep()
        if self._free:
            slot = self._free.pop()
        else:
            slot, self._next = self._next, self._next + 1
        self._page[slot] = Progress.SENT
        self._requests[request.number] = request, slot
        return slot

    def finish(self, number: int) -> PendingRequest | None:
        """Return and drop a request after the worker reported that it is done."""
        if number not in self._requests:
            return None
        request, slot = self._requests.pop(number)
        self._free.append(slot)
        self._given_up.discard(number)
        request.connection.close()
        return request

    def give_up(self, number: int) -> bool:
        """Expect no response to a request that the worker still has.

        Return whether part of one may have been sent.
        """
        self._given_up.add(number)
        request, slot = self._requests[number]
        return _has_begun(request, self._page[slot])

    def take_back(self, number: int) -> PendingRequest:
        """Return and drop a request whose connection the worker didn't get."""
        self._given_up.discard(number)
        request, slot = self._requests.pop(number)
        self._free.append(slot)
        return request

    def leave(self) -> LeftRequests:
        """Return all requests after the worker's death."""
        left = LeftRequests()
        for number, (request, slot) in self._requests.items():
            progress = self._page[slot]
            if number in self._given_up:
                request.connection.close()
            elif progress == Progress.SENT:
                left.untaken.append(request)
            elif _has_begun(request, progress):
                left.begun.append(request)
            else:
                left.unanswered.append(request)
        self._requests.clear()
        self._page.close()
        self.sent_descriptor()
        return left

    def _sweep(self) -> None:
        """Close connections whose response has started; there may be many long ones."""
        kept = 0
        for request, slot in self._requests.values():
            connection = request.connection
            if connection.fileno() < 0:
                continue
            progress = self._page[slot]
            if progress == Progress.ANSWERING and _has_begun(request, progress):
                connection.close()
            else:
                kept += 1
        closed = len(self._requests) - kept
        self._sweep_at = closed + max(_KEPT_ANSWERING, 2 * kept)


def _has_begun(request: PendingRequest, progress: int) -> bool:
    """Return whether a byte of the response to a taken request may have been sent."""
    written = _bytes_written(request.connection)
    if written is None:
        return progress == Progress.ANSWERING
    is_interim = written == len(_CONTINUE) and request.head.header("Expect")
    return written > 0 and not is_interim


def _bytes_written(connection: socket.socket) -> int | None:
    """Return the number of bytes written to a connection, or None if unknown."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        info = connection.getsockopt(
            socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size
        )
        segments, waiting, sent, again = _TCP_INFO.unpack(info)
    except (OSError, struct.error):  # closed, or a kernel that tells less
        return None
    # A kernel that counts has counted the segments of the request.
    return waiting + sent - again if segments else None


def _map(descriptor: int) -> mmap.mmap:
    if sys.version_info >= (3, 13):  # does not keep a descriptor for each worker
        return mmap.mmap(descriptor, SLOTS, trackfd=False)
    return mmap.mmap(descriptor, SLOTS)


def _shared_memory() -> int:
    """Return a descriptor of new shared memory with the size of a page."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("funclens-progress")
    else:
        descriptor, path = tempfile.mkstemp(prefix="funclens-progress")
        Path(path).unlink()
    os.ftruncate(descriptor, SLOTS)
    return descriptor
