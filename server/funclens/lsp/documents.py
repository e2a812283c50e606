"""The texts that the editor has open, kept by its incremental changes.

Lines end with LF, CR LF or CR and nothing else, as the protocol and Python have
it: a form feed or U+2028 inside a line does not move the lines below.
"""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.features.positions import find_column, split_lines
from funclens.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Document", "Documents"]


@dataclass(slots=True)
class Document:
    """One open text."""

    uri: str
    """As the client wrote it."""
    version: int
    lines: list[str]

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.lines)

    def apply(
        self, change: types.TextDocumentContentChangeEvent, encoding: str
    ) -> None:
        """Apply one change whose columns count units of `encoding`."""
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            self.lines = split_lines(change.text)
            return
        start, end = change.range.start, change.range.end
        first, last = start.line, end.line
        before, after = self._line(first), self._line(last)
        head = before[: _column(before, start.character, encoding)]
        tail = after[_column(after, end.character, encoding) :]
        if first and self._line(first - 1).endswith("\r"):
            first -= 1
            head = self._line(first) + head
        self.lines[first : last + 1] = split_lines(head + change.text + tail)

    def _line(self, index: int) -> str:
        return self.lines[index] if index < len(self.lines) else ""


@dataclass(slots=True)
class Documents:
    """All open texts, and the lines of closed files that a range was needed in."""

    encoding: str = types.PositionEncodingKind.Utf16.value
    _open: dict[str, Document] = field(default_factory=dict)
    _closed: dict[str, list[str]] = field(default_factory=dict)

    def open(self, item: types.TextDocumentItem) -> str | None:
        """Keep a text; return its path, None when it is no file."""
        path = path_of(item.uri)
        if path is not None:
            document = Document(item.uri, item.version, split_lines(item.text))
            self._open[path] = document
        return path

    def change(
        self,
        identifier: types.VersionedTextDocumentIdentifier,
        changes: Sequence[types.TextDocumentContentChangeEvent],
    ) -> str | None:
        """Apply changes in their order; return the path of a text that is open."""
        path = path_of(identifier.uri)
        document = self._open.get(path or "")
        if document is None:
            return None
        for change in changes:
            document.apply(change, self.encoding)
        document.version = identifier.version
        return path

    def close(self, uri: str) -> str | None:
        """Forget a text; return its path when it was open."""
        path = path_of(uri)
        return path if self._open.pop(path or "", None) else None

    def get(self, path: str) -> Document | None:
        """Return the open text of a file."""
        return self._open.get(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._open)

    def uri_of(self, path: str) -> str:
        """Return the URI that the client uses for an open file, else our own."""
        document = self._open.get(path)
        return document.uri if document else uri_of(path)

    def line_of(self, path: str, number: int) -> str:
        """Return a line, counted from 1, of an open text or of the file."""
        document = self._open.get(path)
        lines = document.lines if document else self._closed_lines(path)
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def text_of(self, path: str) -> str | None:
        """Return the text of an open file or of the disk; None if there is none."""
        document = self._open.get(path)
        return document.text if document else _read(path)

    def forget(self, path: str) -> None:
        """Drop what is remembered of a closed file: it changed."""
        self._closed.pop(path, None)

    def _closed_lines(self, path: str) -> list[str]:
        if path not in self._closed:
            self._closed[path] = split_lines(_read(path) or "")
        return self._closed[path]


def _read(path: str) -> str | None:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - one look at the disk
            data = file.read()
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (OSError, SyntaxError, UnicodeDecodeError, LookupError):
        return None


def _column(line: str, units: int, encoding: str) -> int:
    return find_column(line.rstrip("\r\n"), units, encoding)
