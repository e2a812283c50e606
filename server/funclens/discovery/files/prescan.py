"""Walks folders in a process of its own while this one imports and parses.

A command line spends as long on imports as on a walk of thousands of modules. The
walk is forked before most imports; modules that may hold functions come over a
pipe as soon as they are found. Where that can't be done, or the process is lost,
the folder is walked as if nothing had been tried.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO

from funclens.discovery.files.ignore import Ignored
from funclens.discovery.files.walk import Scan, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.settings import Settings

__all__ = ["Prescan"]

_PIPE_SIZE = 1 << 20
"""Bytes that the walk may be ahead of who reads: the most that Linux allows."""


class Prescan:
    """Walks that another process does, in the order of the folders."""

    def __init__(self, process: int, stream: BinaryIO) -> None:
        self.process = process
        """Its id."""
        self._stream: BinaryIO | None = stream

    @classmethod
    def start(cls, folders: Mapping[str, Settings]) -> Prescan | None:
        """Begin to walk folders; None where that can't be done or is of no use."""
        if not _may_fork():
            return None
        ours, theirs = os.pipe()
        _enlarge(theirs)
        parent = os.getpid()
        process = os.fork()
        if not process:
            _walk_and_exit(theirs, folders, parent)
        os.close(theirs)
        return cls(process, os.fdopen(ours, "rb", buffering=_PIPE_SIZE))

    def modules(self) -> Iterator[dict[str, bytes]]:
        """Yield modules of the next folder that may hold functions, as they come."""
        found: dict[str, bytes] | None
        while found := self._receive():
            yield found

    def finish(self, ignored: Ignored) -> Scan | None:
        """Return what else the walk of the folder found; None when it was lost.

        `ignored` learns of the ignore files that the walk met.
        """
        scan, met = self._receive(), self._receive()
        if scan is None or met is None:
            return None
        ignored.remember(*met)
        return scan if isinstance(scan, Scan) else None

    def close(self) -> None:
        """Wait for the end of the process, which is near once all was received."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
            os.waitpid(self.process, 0)

    def _receive(self) -> Any:
        import pickle  # noqa: PLC0415  # from a fork of this process

        if self._stream is None:
            return None
        try:
            return pickle.load(self._stream)  # noqa: S301
        except (EOFError, OSError, pickle.UnpicklingError):
            self.close()
            return None


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


def _walk_and_exit(pipe: int, folders: Mapping[str, Settings], parent: int) -> None:
    """Walk folders and end this process, whatever happens."""
    try:
        import pickle  # noqa: PLC0415

        with os.fdopen(pipe, "wb") as stream:
            for folder, settings in folders.items():
                ignored = Ignored(folder, settings.include, settings.exclude)
                found = Scan()
                others = [other for other in folders if other != folder]
                for _ in walk(folder, ignored, others, found):
                    if os.getppid() != parent:
                        os._exit(0)
                    if found.modules:
                        pickle.dump(found.modules, stream, pickle.HIGHEST_PROTOCOL)
                        stream.flush()
                        found.modules = {}
                pickle.dump({}, stream, pickle.HIGHEST_PROTOCOL)
                pickle.dump(found, stream, pickle.HIGHEST_PROTOCOL)
                pickle.dump(ignored.met, stream, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)
