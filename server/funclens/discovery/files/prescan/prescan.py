"""Walk folders in a forked process while this one imports and parses.

Imports take the command line as long as walking thousands of modules. The process
is forked before any import and sends modules that may contain functions over a pipe as
soon as it finds them. When this process has nothing to read, it walks a part itself.
If a fork isn't possible or the other process dies, this process walks everything.

Imported first, so it imports little.
"""

from __future__ import annotations

import os
import select
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from funclens.discovery.files.prescan.framing import (
    PIPE_SIZE,
    SIZE,
    is_complete,
    read,
    receive,
    take,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from funclens.discovery.files.ignoring.ignore import Ignored
    from funclens.discovery.files.walk import Scan
    from funclens.settings import Settings

__all__ = ["Prescan"]


class Prescan:
    """Walks done by another process, in the order of the folders."""

    def __init__(self, process: int, orders: int, messages: int, parts: int) -> None:
        self.process = process
        """Process id."""
        self._orders = orders
        self._messages = messages
        self._parts = parts
        self._buffer = bytearray()
        self._is_closed = False

    @classmethod
    def start(cls) -> Prescan | None:
        """Fork the process; return None if that is impossible or not worthwhile."""
        if not _may_fork():
            return None
        ordered, orders = os.pipe()
        messages, send = os.pipe()
        parts, offer = os.pipe()
        os.set_blocking(parts, False)
        _enlarge(send)
        parent = os.getpid()
        process = os.fork()
        if not process:
            os.close(orders)
            os.close(messages)
            _walk_and_exit(parent, ordered, send, parts, offer)
        for theirs in (ordered, send, offer):
            os.close(theirs)
        return cls(process, orders, messages, parts)

    def begin(self, folders: Mapping[str, Settings]) -> None:
        """Start walking folders."""
        import pickle  # noqa: PLC0415

        order = [(path, own.include, own.exclude) for path, own in folders.items()]
        data = pickle.dumps(order)
        try:
            os.write(self._orders, len(data).to_bytes(SIZE, "big") + data)
        except BrokenPipeError:
            self.close()

    def modules(
        self, ignored: Ignored, others: Sequence[str], found: Scan
    ) -> Iterator[dict[str, bytes]]:
        """Yield modules of the next folder that may contain functions, as they arrive.

        What this process walks itself is added to `found`.
        """
        from funclens.discovery.files.walk import walk  # noqa: PLC0415 - see above

        shared = self._receive()
        if not shared:
            return
        parts, met = shared
        ignored.remember(*met)
        while True:
            if parts and not self._has_message() and take(self._parts):
                for _ in walk(parts.pop(), ignored, others, found):
                    pass
                modules, found.modules = found.modules, {}
            else:
                modules = self._receive()
                if not modules:
                    return
            yield modules

    def finish(self, ignored: Ignored) -> Scan | None:
        """Return the rest of the folder's scan, or None if the process died.

        `ignored` receives the ignore files that the walk found.
        """
        rest: tuple[Scan, Any] | None = self._receive()
        if rest is None:
            return None
        scan, met = rest
        ignored.remember(*met)
        return scan

    def close(self) -> None:
        """Wait for the process to exit. Call after everything was received."""
        if not self._is_closed:
            self._is_closed = True
            for descriptor in (self._orders, self._messages, self._parts):
                os.close(descriptor)
            os.waitpid(self.process, 0)

    def _has_message(self) -> bool:
        """Return whether a message can be received without blocking."""
        while not self._is_closed and not is_complete(self._buffer):
            is_there = select.select([self._messages], [], [], 0)[0]
            if not is_there or not read(self._messages, self._buffer):
                return False
        return True

    def _receive(self) -> Any:
        """Return the next message, or None if the process died."""
        if self._is_closed:
            return None
        message = receive(self._messages, self._buffer)
        if message is None:
            self.close()
        return message


def _may_fork() -> bool:
    """Return whether forking is safe and a second processor is available."""
    if os.name != "posix" or (os.cpu_count() or 1) < 2:
        return False
    threading = sys.modules.get("threading")
    return threading is None or threading.active_count() == 1


def _enlarge(pipe: int) -> None:
    try:
        import fcntl  # noqa: PLC0415  # not on Windows

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
    except (ImportError, AttributeError, OSError):
        pass


def _walk_and_exit(
    parent: int, orders: int, send: int, parts: int, offer: int
) -> NoReturn:
    """Walk folders, then exit this process, whatever happens."""
    try:
        from funclens.discovery.files.prescan.walker import walk_for  # noqa: PLC0415

        walk_for(parent, orders, send, parts, offer)
    finally:
        os._exit(0)
