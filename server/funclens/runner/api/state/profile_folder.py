"""The state folder on Windows: in the user's profile, which others can't open.

Files have no owner-only mode there: new ones inherit the access list of the profile. A
file that is open can be neither replaced nor removed, so both are tried again.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["ProfileFolder"]

_ATTEMPTS = 50
_PAUSE_SECONDS = 0.01
"""Readers have a file open for less than a millisecond."""


class ProfileFolder:
    """A folder, by its path."""

    def __init__(self, path: Path, *, create: bool) -> None:
        """Raise OSError if it isn't there, or is a link."""
        if create:
            path.mkdir(parents=True, exist_ok=True)
        for folder in (path.parent, path):
            if folder.is_symlink():
                raise PermissionError(1, "it is a link", str(folder))
        if not path.is_dir():
            raise FileNotFoundError(2, "no such folder", str(path))
        self._path = path

    def names(self) -> list[str]:
        """Return the names of the files."""
        return [entry.name for entry in self._path.iterdir()]

    def read(self, name: str, limit: int) -> tuple[bytes, float] | None:
        """Return content and time of a file; None if it is a link or can't be read."""
        path = self._path / name
        try:
            if path.is_symlink() or not path.is_file():
                return None
            with path.open("rb") as file:
                return file.read(limit), os.fstat(file.fileno()).st_mtime
        except OSError:
            return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file, all or nothing; links are replaced, not followed."""
        fresh = (self._path / name).with_suffix(".new")
        fresh.unlink(missing_ok=True)
        try:
            with fresh.open("xb") as file:
                file.write(data)
            _again(lambda: fresh.replace(self._path / name))
        except BaseException:
            with contextlib.suppress(OSError):
                fresh.unlink()
            raise

    def remove(self, name: str) -> None:
        """Remove a file. Raises FileNotFoundError if there is none."""
        _again((self._path / name).unlink)

    def lock(self, name: str) -> int | None:
        """Lock a file and return its descriptor; None if another process holds it."""
        try:
            descriptor = os.open(self._path / name, os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError:  # its holder is about to remove it
            return None
        try:
            is_locked = _lock(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        if not is_locked:
            os.close(descriptor)
            return None
        return descriptor

    def unlock(self, name: str, descriptor: int) -> None:
        """Let go of a locked file and remove it, unless another process opened it."""
        os.close(descriptor)
        with contextlib.suppress(OSError):
            (self._path / name).unlink()


def _lock(descriptor: int) -> bool:
    import msvcrt  # noqa: PLC0415 - Windows only

    try:
        # Named, because type checkers know the functions of their own system only.
        getattr(msvcrt, "locking")(descriptor, getattr(msvcrt, "LK_NBLCK"), 1)  # noqa: B009
    except OSError:
        return False
    return True


def _again(change: Callable[[], object]) -> None:
    """Change a file that another process may have open for a moment."""
    for _ in range(_ATTEMPTS - 1):
        with contextlib.suppress(PermissionError):
            change()
            return
        time.sleep(_PAUSE_SECONDS)
    change()
