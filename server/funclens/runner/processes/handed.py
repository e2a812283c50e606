"""The requests that one worker has, and how far it has come with each.

The front door keeps each connection until the worker has reported the end of its
request. What the worker has done is in the progress page, memory that both share, so
that it is known however the worker dies. Whether a byte of the response is out, the
kernel knows best.
"""

from __future__ import annotations

import mmap
import os
import socket
import struct
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from funclens_worker.contract import SLOTS, Progress

if TYPE_CHECKING:
    from funclens.runner.http.pending import PendingRequest

__all__ = ["HandedRequests", "LeftRequests"]

_TCP_INFO = struct.Struct("=140xII52xQQ")
"""Of Linux: segments received; bytes not sent yet; bytes sent, and of those again."""
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_KEPT_ANSWERING = 64
"""Connections whose response has begun that are kept before they are looked for."""


@dataclass(slots=True)
class LeftRequests:
    """What a worker leaves behind when it dies."""

    untaken: list[PendingRequest] = field(default_factory=list)
    """Nothing was done with them: another worker can answer."""
    unanswered: list[PendingRequest] = field(default_factory=list)
    """Taken, and no byte of a response is out."""
    begun: list[PendingRequest] = field(default_factory=list)
    """Part of the response may be out."""


class HandedRequests:
    """Keeps the requests of one worker, with the slot of each in its page."""

    def __init__(self) -> None:
        self.descriptor = _shared_memory()
        """Of the page, for the worker; `close_descriptor` when it has been sent."""
        self._page = _map(self.descriptor)
        self._requests: dict[int, tuple[PendingRequest, int]] = {}
        """By number, with the slot, in the order in which they came."""
        self._free: list[int] = []
        self._next = 0
        self._sweep_at = _KEPT_ANSWERING

    @property
    def has_room(self) -> bool:
        """Whether another request can be kept."""
        return bool(self._free) or self._next < SLOTS

    def close_descriptor(self) -> None:
        """Close what the worker has got by now."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def add(self, request: PendingRequest) -> int:
        """Keep a request that is about to be sent; return its slot."""
        if len(self._requests) >= self._sweep_at:
            self._sweep()
        if self._free:
            slot = self._free.pop()
        else:
            slot, self._next = self._next, self._next + 1
        self._page[slot] = Progress.SENT
        self._requests[request.number] = request, slot
        return slot

    def finish(self, number: int) -> None:
        """Let go of a request whose end the worker has reported."""
        if number not in self._requests:
            return
        request, slot = self._requests.pop(number)
        self._free.append(slot)
        request.connection.close()

    def leave(self) -> LeftRequests:
        """Give up every request, now that the worker is dead."""
        left = LeftRequests()
        for request, slot in self._requests.values():
            progress = self._page[slot]
            if progress == Progress.SENT:
                left.untaken.append(request)
            elif _has_begun(request, progress):
                left.begun.append(request)
            else:
                left.unanswered.append(request)
        self._requests.clear()
        self._page.close()
        self.close_descriptor()
        return left

    def _sweep(self) -> None:
        """Close the connections whose response has begun: long ones may be many."""
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
    """Tell whether a byte of the response to a request that was taken may be out."""
    written = _bytes_written(request.connection)
    if written is None:
        return progress == Progress.ANSWERING
    is_interim = written == len(_CONTINUE) and request.head.header("Expect")
    return written > 0 and not is_interim


def _bytes_written(connection: socket.socket) -> int | None:
    """Return how many bytes were written to a connection; None where nobody knows."""
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
    """Return a descriptor of new memory that can be shared, as long as a page."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("funclens-progress")
    else:
        descriptor, path = tempfile.mkstemp(prefix="funclens-progress")
        Path(path).unlink()
    os.ftruncate(descriptor, SLOTS)
    return descriptor
