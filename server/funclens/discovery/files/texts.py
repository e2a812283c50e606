"""Texts of the workspace's files; those open in an editor win over the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.discovery.files.document import Document, split_lines
from funclens.discovery.files.encoding import decode_exactly
from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from funclens.discovery.files.document import Change

__all__ = ["Texts"]


class Texts:
    """Owns every open text, and caches the lines of closed files.

    Paths are absolute.
    """

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}
        self._closed: dict[str, list[str]] = {}

    def open(self, path: str, text: str, version: int | None = None) -> None:
        self.forget(path)
        document = self._open.get(path)
        if document is None:
            self._open[path] = Document(text, version)
        else:
            document.version = version
            if text != document.text:
                document.replace(text)

    def edit(
        self, path: str, changes: Iterable[Change], encoding: str, version: int | None
    ) -> bool:
        """Apply changes in order; return False if the file is not open."""
        document = self._open.get(path)
        if document is None:
            return False
        for change in changes:
            document.apply(change, encoding)
        document.version = version
        return True

    def close(self, path: str) -> bool:
        """Close an open text; return whether it was open."""
        self.forget(path)
        return self._open.pop(path, None) is not None

    def document(self, path: str) -> Document | None:
        """Return the open text of a file, or None."""
        return self._open.get(path)

    def __iter__(self) -> Iterator[str]:
        """Yield the paths of open texts."""
        return iter(list(self._open))

    def text(self, path: str) -> str | None:
        """Return the text of a file with its line endings, or None."""
        document = self._open.get(path)
        return document.text if document else _read(path)

    def line(self, path: str, number: int) -> str:
        """Return a line (1-based) with its ending; empty if it doesn't exist."""
        document = self._open.get(path)
        lines = document.lines if document else self._closed_lines(path)
        try:
            return lines[number - 1] if number > 0 else ""
        except IndexError:  # also when another thread edits the text meanwhile
            return ""

    def forget(self, path: str) -> None:
        """Drop the cached lines of a file that changed on disk."""
        self._closed.pop(path, None)

    def _closed_lines(self, path: str) -> list[str]:
        if path not in self._closed:
            self._closed[path] = split_lines(_read(path) or "")
        return self._closed[path]


def _read(path: str) -> str | None:
    try:
        data = read_regular(path)
    except OSError:
        return None
    text, is_readable = decode_exactly(data)
    return text if is_readable else None
