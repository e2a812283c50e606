"""The forked process of a prescan: walks folders and sends the results over a pipe."""

from __future__ import annotations

import gc
import os
import pickle
from collections import deque
from typing import TYPE_CHECKING

from funclens.discovery.files.ignoring.ignore import Ignored
from funclens.discovery.files.prescan.framing import SIZE, receive, take
from funclens.discovery.files.walk import Scan, scan_folder, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["walk_for"]

_PARTS = 64
"""Number of folders to collect, breadth first, before sharing the work."""


def walk_for(parent: int, orders: int, send: int, parts: int, offer: int) -> None:
    """Walk the folders that the parent requests and send what is found.

    `parts` is a pipe with one byte per folder that either process may walk; `offer` is
    its write end.
    """
    gc.disable()
    order = receive(orders, bytearray())
    if order is not None:
        _Walk(parent, send, parts, offer).walk(order)


class _Walk:
    """State of the walk for one parent."""

    def __init__(self, parent: int, send: int, parts: int, offer: int) -> None:
        self._parent = parent
        self._send = send
        self._parts = parts
        self._offer = offer

    def walk(self, folders: Sequence[tuple[str, Sequence[str], Sequence[str]]]) -> None:
        """Walk folders, each given with its `include` and `exclude` patterns."""
        for folder, include, exclude in folders:
            ignored = Ignored(folder, include, exclude)
            found = Scan()
            others = [other for other, _, _ in folders if other != folder]
            pending = deque([folder])
            while pending and len(pending) < _PARTS:
                pending += scan_folder(pending.popleft(), ignored, {*others}, found)
            shared = [*pending] if len(folders) == 1 else []
            self._tell((shared, ignored.met))
            os.write(self._offer, bytes(len(shared)))
            self._tell_modules(found)
            for part in pending:
                if shared and not take(self._parts):
                    break
                for _ in walk(part, ignored, others, found):
                    self._tell_modules(found)
            self._tell({})
            self._tell((found, ignored.met))

    def _tell_modules(self, found: Scan) -> None:
        if os.getppid() != self._parent:
            os._exit(0)
        if found.modules:
            self._tell(found.modules)
            found.modules = {}

    def _tell(self, message: object) -> None:
        """Send a message, waiting until the pipe has room."""
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        data = len(data).to_bytes(SIZE, "big") + data
        while data:
            data = data[os.write(self._send, data) :]
