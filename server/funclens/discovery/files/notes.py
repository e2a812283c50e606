"""Notes about files that could not be read, for the log and for `funclens list`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.files.budget import OverBudgetError
from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Notes", "reason_of"]


class Notes:
    """Sentences by the path they are about. Removed when the cause is gone."""

    def __init__(self) -> None:
        self._by_path: dict[str, tuple[str, ...]] = {}

    def skip(self, path: str, reason: str) -> None:
        """Note that a file or folder is skipped."""
        self._by_path[path] = (f"skipped {printable(path)}: {reason}",)

    def set(self, path: str, *sentences: str) -> None:
        """Replace the notes about a path."""
        if sentences:
            self._by_path[path] = sentences
        else:
            self._by_path.pop(path, None)

    def forget(self, path: str) -> None:
        """Drop the notes about a path."""
        self._by_path.pop(path, None)

    def forget_below(self, folder: str) -> None:
        """Drop the notes about a folder and everything in it."""
        inside = folder + os.sep
        for path in [*self._by_path]:
            if path == folder or path.startswith(inside):
                del self._by_path[path]

    def __iter__(self) -> Iterator[str]:
        """Yield the sentences ordered by path."""
        for path in sorted(self._by_path):
            yield from self._by_path[path]


def reason_of(error: BaseException) -> str:
    """Return in a few words why a file could not be read."""
    if isinstance(error, OverBudgetError):
        return str(error)
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{type(error).__name__}: {error}".rstrip(": ")
