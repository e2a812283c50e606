"""The state folder on Unix: owner-only, and reached through descriptors, not links."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["DescriptorFolder", "opened"]

_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
"""Flags to open a file there, but no link, and not in child processes."""


class DescriptorFolder:
    """An open folder, by its descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._folder = descriptor

    def names(self) -> list[str]:
        """Return the names of the files."""
        return os.listdir(self._folder)  # noqa: PTH208 - a descriptor

    def read(self, name: str, limit: int) -> tuple[bytes, float] | None:
        """Return content and time of a file; None if it may be another user's."""
        try:
            flags = os.O_RDONLY | os.O_NONBLOCK | _NO_LINK
            descriptor = os.open(name, flags, dir_fd=self._folder)
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            is_ours = status.st_uid == os.geteuid() and not status.st_mode & 0o077
            if not stat.S_ISREG(status.st_mode) or not is_ours:
                return None
            try:
                return file.read(limit), status.st_mtime
            except OSError:
                return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file, all or nothing; links are replaced, not followed."""
        fresh = Path(name).with_suffix(".new").name
        try:
            descriptor = self._create(fresh)
        except FileExistsError:  # left by a runner that was killed, or planted
            self.remove(fresh)
            descriptor = self._create(fresh)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            os.rename(fresh, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except BaseException:
            with contextlib.suppress(OSError):
                self.remove(fresh)
            raise

    def remove(self, name: str) -> None:
        """Remove a file. Raises FileNotFoundError if there is none."""
        os.unlink(name, dir_fd=self._folder)

    def lock(self, name: str) -> int | None:
        """Lock a file and return its descriptor; None if another process holds it."""
        import fcntl  # noqa: PLC0415 - seldom needed

        flags = os.O_RDWR | os.O_CREAT | _NO_LINK
        while True:
            descriptor = os.open(name, flags, 0o600, dir_fd=self._folder)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._is_same(descriptor, name):
                    return descriptor
            except BlockingIOError:
                os.close(descriptor)
                return None
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)  # removed by the one who held it

    def unlock(self, name: str, descriptor: int) -> None:
        """Remove a locked file while it is locked, then let go of it."""
        with contextlib.suppress(OSError):
            self.remove(name)
        os.close(descriptor)

    def _create(self, name: str) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK
        return os.open(name, flags, 0o600, dir_fd=self._folder)

    def _is_same(self, descriptor: int, name: str) -> bool:
        """Return whether a file is still there under its name."""
        try:
            there = os.stat(name, dir_fd=self._folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return os.path.samestat(there, os.fstat(descriptor))


@contextlib.contextmanager
def opened(
    base: Path, names: Sequence[str], *, create: bool
) -> Iterator[DescriptorFolder]:
    """Open a folder below `base`. Raises OSError if that isn't possible or not safe."""
    flags = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
    above = os.open(base, flags)
    try:
        for name in names:
            if create:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, 0o700, dir_fd=above)
            try:
                below = os.open(name, flags | _NO_LINK, dir_fd=above)
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(base / name)) from error
            os.close(above)
            above = below
            _check(above, str(base / name))
        yield DescriptorFolder(above)
    finally:
        os.close(above)


def _check(directory: int, path: str) -> None:
    """Make sure that no other user can write to a folder."""
    status = os.fstat(directory)
    if status.st_uid != os.geteuid():
        raise PermissionError(1, "it belongs to another user", path)
    if status.st_mode & 0o077:
        os.fchmod(directory, 0o700)
