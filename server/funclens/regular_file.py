"""Read a file without blocking and with a size limit.

A name in a workspace may belong to a pipe, a device, a folder, a cyclic link or a disk
image. Files that are opened by name are read with this module.
"""

from __future__ import annotations

import errno
import os
import stat

__all__ = ["LARGEST", "NotRegularError", "TooLargeError", "read_regular"]

LARGEST = 4_000_000
"""Bytes. Larger files aren't handwritten and are skipped."""

_PORTION = 1 << 16
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
"""O_NONBLOCK, because opening a pipe would wait for its other end."""


class NotRegularError(OSError):
    """The path is a pipe, a device, a socket or a folder."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EINVAL, "not a regular file", path)


class TooLargeError(OSError):
    """The file is larger than allowed."""

    def __init__(self, path: str, limit: int) -> None:
        super().__init__(errno.EFBIG, f"larger than {limit / 1e6:g} MB", path)


def read_regular(path: str, limit: int = LARGEST, *, is_listed: bool = False) -> bytes:
    """Return the bytes of a file.

    `is_listed` says that a directory listing reports a regular file, which saves a
    system call. Raises OSError if the file can't be read; its subclasses
    NotRegularError and TooLargeError if it isn't a regular file of at most `limit`
    bytes.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except PermissionError as error:
        if os.path.isdir(path):  # noqa: PTH112 - Windows opens no folder
            raise NotRegularError(path) from error
        raise
    except ValueError as error:
        # No file name can contain a null character.
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
