"""Which states of which files a worker runs: what a save makes stale."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LoadedFiles"]

_COARSE_NS = 20_000_000
"""File systems note the time of a change by a coarse clock."""


class LoadedFiles:
    """The files of one worker, from the moment that its start began.

    Paths are real ones: no part of them is a link.
    """

    def __init__(self) -> None:
        self._loaded: dict[str, int] = {}
        """Files that were loaded as modules, and when they had changed."""
        self._changed: set[str] = set()
        """Files that changed since the start began."""
        self._started_at = time.time_ns()

    def loaded(self, files: Mapping[str, int]) -> None:
        """Take note of modules: file to the time of its change in nanoseconds."""
        self._loaded.update(files)

    def changed(self, path: str) -> None:
        """Take note that a file has changed."""
        self._changed.add(path)

    def is_stale(self, path: str) -> bool:
        """Tell whether the worker has loaded another state of a file."""
        return path in self._loaded and self._loaded[path] != _modified_at(path)

    @property
    def are_stale(self) -> bool:
        """Whether a file has changed before the worker could tell that it is code."""
        return any(self.is_stale(path) for path in self._changed & set(self._loaded))

    def may_be_missed(self, path: str) -> bool:
        """Tell whether a file has changed since the start began, or is gone."""
        return not 0 <= _changed_at(path) < self._started_at - _COARSE_NS


def _modified_at(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return -1


def _changed_at(path: str) -> int:
    """Return when content or name of a file changed last; -1 when it is gone."""
    try:
        found = Path(path).stat()
    except OSError:
        return -1
    return max(found.st_mtime_ns, found.st_ctime_ns)
