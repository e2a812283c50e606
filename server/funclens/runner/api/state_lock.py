"""Locks between runners, as files beside the registry's."""

from __future__ import annotations

import contextlib
import os

from funclens.runner.api.registry_folder import NO_LINK, opened_registry

__all__ = ["StateLock", "take_lock"]


class StateLock:
    """A lock that ends with its holder, even if that is killed."""

    def __init__(self, name: str, descriptor: int) -> None:
        self._name = name
        self._descriptor = descriptor

    def release(self) -> None:
        """Remove the file while it is locked, then let go of it."""
        with contextlib.suppress(OSError), opened_registry() as directory:
            os.unlink(self._name, dir_fd=directory)
        os.close(self._descriptor)


def take_lock(name: str) -> StateLock | None:
    """Lock a file of the registry; return None if another process holds it.

    Raises OSError if that isn't possible or not safe.
    """
    import fcntl  # noqa: PLC0415 - seldom needed

    with opened_registry(create=True) as directory:
        flags = os.O_RDWR | os.O_CREAT | NO_LINK
        while True:
            descriptor = os.open(f"{name}.lock", flags, 0o600, dir_fd=directory)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_same(descriptor, f"{name}.lock", directory):
                    return StateLock(f"{name}.lock", descriptor)
            except BlockingIOError:
                os.close(descriptor)
                return None
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)  # removed by the one who held it


def _is_same(descriptor: int, name: str, directory: int) -> bool:
    """Return whether a file is still there under its name."""
    try:
        there = os.stat(name, dir_fd=directory, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(descriptor))
