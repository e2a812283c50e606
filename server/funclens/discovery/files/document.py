"""An open text, updated with the change ranges that the client sends.

Only LF, CR LF and CR end a line, as in the protocol and in Python; form feed and
U+2028 don't. Columns count code units of the client's position encoding: `utf-8`,
`utf-16` or `utf-32`.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Change",
    "Document",
    "Position",
    "Unchanged",
    "count_units",
    "find_column",
    "split_lines",
]


class Position(NamedTuple):
    """Position as in the protocol: 0-based line, and column in code units."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Change:
    """Text that replaces a range, or the whole text if there is no range."""

    text: str
    start: Position | None = None
    end: Position | None = None


class Unchanged(NamedTuple):
    """Length of the unchanged parts of a text, in code points."""

    head: int
    """At the beginning."""
    tail: int
    """At the end."""


class Document:
    def __init__(self, text: str, version: int | None = None) -> None:
        self.text = text
        """The whole text, with its original line endings."""
        self.lines = split_lines(text)
        """Lines with their endings."""
        self.version = version
        """Version number assigned by the client."""
        self._known_line = Position(0, 0)
        """A line and its offset, cached because edits are close to each other."""
        self._unchanged: Unchanged | None = None
        self._is_edited = True

    def apply(self, change: Change, encoding: str) -> None:
        """Apply one change whose columns count code units of `encoding`."""
        if change.start is None or change.end is None:
            self.replace(change.text)
            return
        start, end = sorted((change.start, change.end))
        first, last = start.line, end.line
        before, after = self._line(first), self._line(last)
        head = _column(before, start.character, encoding)
        tail = _column(after, end.character, encoding)
        begin = self._offset(first) + head
        finish = self._offset(last) + tail
        text = before[:head] + change.text + after[tail:]
        if first and self._line(first - 1).endswith("\r"):
            # A line feed after it now belongs to the same line ending.
            first -= 1
            text = self._line(first) + text
        self._offset(first)
        self.lines[first : last + 1] = split_lines(text)
        self._note_change(begin, len(self.text) - finish)
        self.text = self.text[:begin] + change.text + self.text[finish:]

    def replace(self, text: str) -> None:
        """Replace the whole text."""
        self.text = text
        self.lines = split_lines(text)
        self._known_line = Position(0, 0)
        self._unchanged = None
        self._is_edited = True

    def take_unchanged(self) -> Unchanged | None:
        """Return what stayed the same since the last call, or None if unknown."""
        if not self._is_edited:
            return Unchanged(len(self.text), 0)
        unchanged = self._unchanged
        self._unchanged = None
        self._is_edited = False
        return unchanged

    def _note_change(self, head: int, tail: int) -> None:
        if not self._is_edited:
            self._is_edited = True
            self._unchanged = Unchanged(head, tail)
        elif self._unchanged is not None:
            before = self._unchanged
            self._unchanged = Unchanged(min(head, before.head), min(tail, before.tail))

    def _line(self, index: int) -> str:
        return self.lines[index] if index < len(self.lines) else ""

    def _offset(self, line: int) -> int:
        """Return the offset of a line; a line past the end gets the end of the text."""
        line = min(line, len(self.lines))
        known, offset = self._known_line
        if line >= known:
            offset += sum(map(len, self.lines[known:line]))
        else:
            offset -= sum(map(len, self.lines[line:known]))
        self._known_line = Position(line, offset)
        return offset


def split_lines(text: str) -> list[str]:
    """Split a text into lines with their endings: LF, CR LF or CR."""
    return list(io.StringIO(text, newline=""))


def count_units(text: str, encoding: str) -> int:
    if text.isascii() or encoding == "utf-32":
        return len(text)
    return sum(_widths(text, encoding))


def find_column(line: str, units: int, encoding: str) -> int:
    """Return the 0-based code point index in `line` of the offset `units`.

    An offset inside a character maps to its start, one past the line to its end.
    """
    if line.isascii() or encoding == "utf-32":
        return min(units, len(line))
    passed = 0
    for index, width in enumerate(_widths(line, encoding)):
        passed += width
        if passed > units:
            return index
    return len(line)


def _column(line: str, units: int, encoding: str) -> int:
    return find_column(line.rstrip("\r\n"), units, encoding)


def _widths(text: str, encoding: str) -> Iterable[int]:
    if encoding == "utf-8":
        return (len(char.encode("utf-8", "surrogatepass")) for char in text)
    return (2 if char > "\uffff" else 1 for char in text)
