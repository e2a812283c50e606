"""Finds out which files were saved since the last look.

An agent edits and calls at once: its call must not reach the code of before.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["SavedFiles"]

_SKIPPED = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})
_MOST_FILES = 20_000
"""Maximum number of files to look at; the runner's own watcher sees all of them."""
_MOST_CHANGES = 1_000

Stamp = tuple[int, int, int]


class SavedFiles:
    """Files below folders, by path, with what tells that they changed."""

    def __init__(self, folders: Sequence[str]) -> None:
        self._folders = folders
        self._known: dict[str, Stamp] | None = None

    def changes(self) -> list[str]:
        """Return the files that changed since the last call; none at the first one."""
        before, now = self._known, dict(self._files())
        self._known = now
        if before is None:
            return []
        changed = [path for path, stamp in now.items() if before.get(path) != stamp]
        gone = [path for path in before if path not in now]
        return [*changed, *gone][:_MOST_CHANGES]

    def _files(self) -> Iterator[tuple[str, Stamp]]:
        number = 0
        pending = [*self._folders]
        while pending and number < _MOST_FILES:
            try:
                with os.scandir(pending.pop()) as found:
                    entries = [*found]
            except OSError:
                continue
            for entry in entries:
                number += 1
                try:
                    if entry.is_dir(follow_symlinks=False):
                        if _is_walked(entry.name):
                            pending.append(entry.path)
                    else:
                        status = entry.stat(follow_symlinks=False)
                        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
                        yield entry.path, stamp
                except OSError:
                    continue


def _is_walked(name: str) -> bool:
    return not name.startswith(".") and name not in _SKIPPED
