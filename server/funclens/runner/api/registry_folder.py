"""The owner-only folder in which runners leave what others need to know of them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NO_LINK", "opened_registry"]

NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
"""Flags to open a file there, but no link, and not in child processes."""


@contextlib.contextmanager
def opened_registry(*, create: bool = False) -> Iterator[int]:
    """Open the registry folder: owner-only, without links. Raises OSError."""
    base = _base()
    if create:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
    above = os.open(base, flags)
    try:
        for name in ("funclens", "runners"):
            if create:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, 0o700, dir_fd=above)
            try:
                below = os.open(name, flags | NO_LINK, dir_fd=above)
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(base / name)) from error
            os.close(above)
            above = below
            _check(above, str(base / name))
        yield above
    finally:
        os.close(above)


def _check(directory: int, path: str) -> None:
    """Make sure that no other user can write to a folder."""
    status = os.fstat(directory)
    if status.st_uid != os.geteuid():
        raise PermissionError(1, "it belongs to another user", path)
    if status.st_mode & 0o077:
        os.fchmod(directory, 0o700)


def _base() -> Path:
    base = os.environ.get("XDG_STATE_HOME")
    try:
        return Path(base) if base else Path.home() / ".local" / "state"
    except RuntimeError as error:  # no home
        raise FileNotFoundError(2, str(error), "~") from error
