"""Read user files; an error in one file affects only that file."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, TypeVar

from funclens.discovery.files.notes import Notes, reason_of
from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Reading"]

_T = TypeVar("_T")

_ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}
"""Error numbers of a path that doesn't exist."""


class Reading:
    """Reads the files of one folder and keeps notes about failures."""

    def __init__(self) -> None:
        self.notes = Notes()

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file; None, with a note, if it can't be read."""
        self.notes.forget(path)
        try:
            return read_regular(path)
        except OSError as error:
            if error.errno not in _ABSENT:
                self.notes.skip(path, reason_of(error))
            return None

    def confined(self, path: str, reading: Callable[[], _T], instead: _T) -> _T:
        """Return the result of `reading`; note an exception and return `instead`."""
        try:
            return reading()
        except Exception as error:  # noqa: BLE001  # an edge: noted, the rest goes on
            self.notes.skip(path, reason_of(error))
            return instead
