"""Walks a folder in a process of its own while this one imports and parses.

A command line spends as long on imports as on a walk of thousands of modules. The
walk is forked before most imports; modules that may hold functions come over a
pipe as soon as they are found. When this process has nothing to read, it takes a
part of the walk itself. Where a fork can't be done, or the other process is lost,
the folder is walked as if nothing had been tried.
"""

from __future__ import annotations

import os
import select
import sys
from collections import deque
from typing import TYPE_CHECKING, Any, NoReturn

from funclens.discovery.files.ignore import Ignored
from funclens.discovery.files.walk import Scan, scan_folder, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from funclens.settings import Settings

__all__ = ["Prescan"]

_PIPE_SIZE = 1 << 20
"""Bytes that the walk may be ahead of who reads: the most that Linux allows."""

_SIZE = 8
"""Bytes that say how long a message is."""

_PARTS = 64
"""Folders to share: the walk goes that wide before it is shared."""


class Prescan:
    """Walks that another process does, in the order of the folders."""

    def __init__(self, process: int, messages: int, parts: int) -> None:
        self.process = process
        """Its id."""
        self._messages: int | None = messages
        self._parts = parts
        self._buffer = bytearray()

    @classmethod
    def start(cls, folders: Mapping[str, Settings]) -> Prescan | None:
        """Begin to walk folders; None where that can't be done or is of no use."""
        if not _may_fork():
            return None
        messages, send = os.pipe()
        parts, offer = os.pipe()
        os.set_blocking(parts, False)
        _enlarge(send)
        parent = os.getpid()
        process = os.fork()
        if not process:
            os.close(messages)
            _walk_and_exit(_Other(send, parts, offer, parent), folders)
        os.close(send)
        os.close(offer)
        return cls(process, messages, parts)

    def modules(
        self, ignored: Ignored, others: Sequence[str], found: Scan
    ) -> Iterator[dict[str, bytes]]:
        """Yield modules of the next folder that may hold functions, as they come.

        What this process walks itself is taken into `found`.
        """
        shared = self._receive()
        if not shared:
            return
        parts, met = shared
        ignored.remember(*met)
        while True:
            if parts and not self._has_message() and _take(self._parts):
                for _ in walk(parts.pop(), ignored, others, found):
                    pass
                modules, found.modules = found.modules, {}
            else:
                modules = self._receive()
                if not modules:
                    return
            yield modules

    def finish(self, ignored: Ignored) -> Scan | None:
        """Return what else the walk of the folder found; None when it was lost.

        `ignored` learns of the ignore files that the walk met.
        """
        rest = self._receive()
        if rest is None:
            return None
        scan, met = rest
        ignored.remember(*met)
        return scan if isinstance(scan, Scan) else None

    def close(self) -> None:
        """Wait for the end of the process, which is near once all was received."""
        if self._messages is not None:
            os.close(self._messages)
            os.close(self._parts)
            self._messages = None
            os.waitpid(self.process, 0)

    def _has_message(self) -> bool:
        """Say whether a message can be received without waiting for it."""
        while self._messages is not None and not self._is_complete():
            if not select.select([self._messages], [], [], 0)[0] or not self._read():
                return False
        return True

    def _is_complete(self) -> bool:
        buffer = self._buffer
        return len(buffer) >= _SIZE + int.from_bytes(buffer[:_SIZE], "big")

    def _read(self) -> bool:
        """Read what is there, or wait for it; return False at the end."""
        data = (
            os.read(self._messages, _PIPE_SIZE) if self._messages is not None else b""
        )
        self._buffer += data
        return bool(data)

    def _receive(self) -> Any:
        """Return the next message; None when the process was lost."""
        import pickle  # noqa: PLC0415  # from a fork of this process

        while not self._is_complete():
            if not self._read():
                self.close()
                return None
        end = _SIZE + int.from_bytes(self._buffer[:_SIZE], "big")
        message = pickle.loads(memoryview(self._buffer)[_SIZE:end].tobytes())  # noqa: S301
        del self._buffer[:end]
        return message


class _Other:
    """The process that walks."""

    def __init__(self, send: int, parts: int, offer: int, parent: int) -> None:
        self._send = send
        self._parts = parts
        self._offer = offer
        self._parent = parent

    def walk(self, folders: Mapping[str, Settings]) -> None:
        """Walk folders and send what is found."""
        for folder, settings in folders.items():
            ignored = Ignored(folder, settings.include, settings.exclude)
            found = Scan()
            others = [other for other in folders if other != folder]
            pending = deque([folder])
            while pending and len(pending) < _PARTS:
                pending += scan_folder(pending.popleft(), ignored, {*others}, found)
            shared = [*pending] if len(folders) == 1 else []
            self.send((shared, ignored.met))
            os.write(self._offer, bytes(len(shared)))
            self._send_modules(found)
            for part in pending:
                if shared and not _take(self._parts):
                    break
                for _ in walk(part, ignored, others, found):
                    self._send_modules(found)
            self.send({})
            self.send((found, ignored.met))

    def _send_modules(self, found: Scan) -> None:
        if os.getppid() != self._parent:
            os._exit(0)
        if found.modules:
            self.send(found.modules)
            found.modules = {}

    def send(self, message: object) -> None:
        """Send a message, when who reads has room for it."""
        import pickle  # noqa: PLC0415

        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        data = len(data).to_bytes(_SIZE, "big") + data
        while data:
            data = data[os.write(self._send, data) :]


def _take(parts: int) -> bool:
    """Take one of the parts that both processes share; False when none is left."""
    try:
        return bool(os.read(parts, 1))
    except BlockingIOError:
        return False


def _may_fork() -> bool:
    """Say whether a fork is safe, and another processor there to run it."""
    if os.name != "posix" or (os.cpu_count() or 1) < 2:
        return False
    threading = sys.modules.get("threading")
    return threading is None or threading.active_count() == 1


def _enlarge(pipe: int) -> None:
    try:
        import fcntl  # noqa: PLC0415  # not on Windows

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
    except (ImportError, AttributeError, OSError):
        pass


def _walk_and_exit(other: _Other, folders: Mapping[str, Settings]) -> NoReturn:
    """Walk folders and end this process, whatever happens."""
    try:
        other.walk(folders)
    finally:
        os._exit(0)
