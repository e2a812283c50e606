"""Reads a file of somebody's folder without waiting and without an end in sight.

Any name in a workspace may turn out to be a pipe, a device, a folder, a link to
itself or a disk image. Whoever reads one by its name reads it here.
"""

from __future__ import annotations

import errno
import os
import stat

__all__ = ["LARGEST", "NotRegularError", "TooLargeError", "read_regular"]

LARGEST = 4_000_000
"""Bytes; a larger file was not written by a person and is left out."""

_PORTION = 1 << 16
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
"""Without waiting: opening a pipe would wait for its other end."""


class NotRegularError(OSError):
    """The name is that of a pipe, a device, a socket or a folder."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EINVAL, "not a regular file", path)


class TooLargeError(OSError):
    """The file has more bytes than a file of its kind ever has."""

    def __init__(self, path: str, limit: int) -> None:
        super().__init__(errno.EFBIG, f"larger than {limit / 1e6:g} MB", path)


def read_regular(path: str, limit: int = LARGEST, *, is_listed: bool = False) -> bytes:
    """Return the bytes of a file.

    `is_listed` says that a listing of the folder calls it a regular file: asking
    again costs as much as reading it. Raises OSError when it can't be read;
    NotRegularError and TooLargeError, which are OSErrors, too, when it's another
    thing than a file of at most `limit` bytes.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except ValueError as error:
        # A name with a null character: no file can have it.
        raise OSError(errno.EINVAL, "invalid name", path) from error
    try:
        if not is_listed:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise NotRegularError(path)
            if status.st_size > limit:
                raise TooLargeError(path, limit)
        data = os.read(descriptor, _PORTION)
        if len(data) < _PORTION:
            return data
        portions = [data]
        size = len(data)
        while portion := os.read(descriptor, _PORTION):
            portions.append(portion)
            size += len(portion)
            if size > limit:
                raise TooLargeError(path, limit)
        return b"".join(portions)
    finally:
        os.close(descriptor)
