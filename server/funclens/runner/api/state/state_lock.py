"""Locks between runners, as files beside the registry's."""

from __future__ import annotations

import contextlib
import os

from funclens.runner.api.state.state_folder import opened_state

__all__ = ["StateLock", "take_lock"]


class StateLock:
    """A lock that ends with its holder, even if that is killed."""

    def __init__(self, name: str, descriptor: int) -> None:
        self._name = name
        self._descriptor = descriptor

    def release(self) -> None:
        """Remove the file, and let go of it."""
        with contextlib.suppress(OSError), opened_state() as folder:
            folder.unlock(self._name, self._descriptor)
            return
        with contextlib.suppress(OSError):  # the folder is gone
            os.close(self._descriptor)


def take_lock(name: str) -> StateLock | None:
    """Lock a file of the registry; return None if another process holds it.

    Raises OSError if that isn't possible or not safe.
    """
    file = f"{name}.lock"
    with opened_state(create=True) as folder:
        descriptor = folder.lock(file)
    return None if descriptor is None else StateLock(file, descriptor)
