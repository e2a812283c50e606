"""Files that a deploy file refers to, tracked for invalidation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.files.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NearbyFiles"]

_MOST_FILES = 200
_MOST_BYTES = 2_000_000


class NearbyFiles:
    """Reads files and folders for one deploy file and records them as dependencies.

    Nothing outside `top` is read. Once the budget is spent, further files count as
    missing.
    """

    def __init__(self, top: str, read: Callable[[str], bytes | None]) -> None:
        self.top = top
        """Absolute path of the workspace folder."""
        self._read = read
        self._texts: dict[str, str | None] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._bytes = 0

    def text(self, path: str) -> str | None:
        """Return the text of a file, or None if it is missing or too large."""
        path = os.path.normpath(path)
        if path not in self._texts:
            self._texts[path] = self._text(path)
        return self._texts[path]

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names in a folder, sorted; those of folders end with `/`."""
        folder = os.path.normpath(folder)
        if folder not in self._names:
            self._names[folder] = self._listed(folder)
        return self._names[folder]

    def is_folder(self, path: str) -> bool:
        path = os.path.normpath(path)
        if path == self.top:
            return True
        return os.path.basename(path) + "/" in self.names(os.path.dirname(path))

    def is_file(self, path: str) -> bool:
        path = os.path.normpath(path)
        return os.path.basename(path) in self.names(os.path.dirname(path))

    def forget_texts(self) -> None:
        """Drop cached texts but keep the recorded dependencies."""
        self._texts = dict.fromkeys(self._texts)

    def is_stale(self, changed: str) -> bool:
        """Return whether a change of that path can affect what was read."""
        if changed in self._texts or os.path.dirname(changed) in self._names:
            return True
        if self._comes_with_a_folder(changed):
            return True
        inside = changed + os.sep
        return any(
            path == changed or path.startswith(inside)
            for known in (self._texts, self._names)
            for path in known
        )

    def _comes_with_a_folder(self, path: str) -> bool:
        """Return whether a file is in a folder that did not exist when it was read."""
        above = os.path.dirname(path)
        while above.startswith(self.top + os.sep):
            parent, name = os.path.split(above)
            known = self._names.get(parent)
            if known is not None and name + "/" not in known:
                return True
            above = parent
        return False

    def _text(self, path: str) -> str | None:
        if not self._may_look(path) or len(self._texts) >= _MOST_FILES:
            return None
        if self._bytes >= _MOST_BYTES:
            return None
        data = self._read(path)
        if data is None or b"\0" in data[:1000]:
            return None
        self._bytes += len(data)
        return decode(data)[0]

    def _listed(self, folder: str) -> tuple[str, ...]:
        if not self._may_look(folder) or len(self._names) >= _MOST_FILES:
            return ()
        try:
            with os.scandir(folder) as entries:
                return tuple(
                    sorted(e.name + "/" if e.is_dir() else e.name for e in entries)
                )
        except OSError:
            return ()

    def _may_look(self, path: str) -> bool:
        inside = path == self.top or path.startswith(self.top + os.sep)
        return inside and "\0" not in path
