"""Index of the known modules and markers of a folder, by their folders."""

from __future__ import annotations

import os
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["FolderIndex"]


class FolderIndex:
    """Finds paths by folder; rebuilt when markers change."""

    def __init__(self, files: Collection[str], markers: Collection[str]) -> None:
        self._files = files
        self._markers = markers
        self._sorted: list[str] = []
        self._markers_by_folder: dict[str, list[str]] | None = None

    def files_below(self, folder: str) -> list[str]:
        """Return the modules below a folder, ordered by path."""
        known = self._in_order()
        inside = folder + os.sep
        first = bisect_left(known, inside)
        # The character after the separator is the upper bound of the prefix.
        last = bisect_left(known, folder + chr(ord(os.sep) + 1), first)
        return known[first:last]

    def modules_in(self, folder: str) -> Iterator[str]:
        """Yield the modules directly in a folder, ordered by path."""
        known = self._in_order()
        inside = folder + os.sep
        at = bisect_left(known, inside)
        while at < len(known) and known[at].startswith(inside):
            name, below, _ = known[at][len(inside) :].partition(os.sep)
            if below:
                at = bisect_left(known, inside + name + chr(ord(os.sep) + 1), at)
            else:
                yield known[at]
                at += 1

    def markers_in(self, folder: str) -> list[str]:
        """Return the names of the marker files in a folder, sorted."""
        if self._markers_by_folder is None:
            found = self._markers_by_folder = {}
            for path in sorted(self._markers):
                above, name = os.path.split(path)
                found.setdefault(above, []).append(name)
        return self._markers_by_folder.get(folder, [])

    def _in_order(self) -> list[str]:
        if len(self._sorted) != len(self._files):
            self._sorted = sorted(self._files)
        return self._sorted
