"""An open text, kept current by the ranges that the editor's client sends.

Lines end with LF, CR LF or CR and nothing else, as in the protocol and in Python: a
form feed or U+2028 does not end a line. Columns count code units of the client's
position encoding: `utf-8`, `utf-16` or `utf-32`.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

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
    """A place in a text, as the protocol counts: from 0, in code units."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Change:
    """Text that replaces a range, or the whole text when there is no range."""

    text: str
    start: Position | None = None
    end: Position | None = None


class Unchanged(NamedTuple):
    """How much of a text stayed the same, in code points."""

    head: int
    """At its beginning."""
    tail: int
    """At its end."""


class Document:
    """One open text."""

    def __init__(self, text: str, version: int | None = None) -> None:
        self.text = text
        """The whole text, with its own line endings."""
        self.lines = split_lines(text)
        """Its lines, each with its ending."""
        self.version = version
        """The client's number of this text."""
        self._known_line = Position(0, 0)
        """A line and its offset in the text: edits are close to each other."""
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
            # A line feed that follows it now is part of the same line ending.
            first -= 1
            text = self._line(first) + text
        self._offset(first)
        self.lines[first : last + 1] = split_lines(text)
        self._note_change(begin, len(self.text) - finish)
        self.text = self.text[:begin] + change.text + self.text[finish:]

    def replace(self, text: str) -> None:
        """Take another text for the whole."""
        self.text = text
        self.lines = split_lines(text)
        self._known_line = Position(0, 0)
        self._unchanged = None
        self._is_edited = True

    def take_unchanged(self) -> Unchanged | None:
        """Return what stayed the same since the last call; None if it is unknown."""
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
        """Return where a line begins; a line past the end begins there."""
        line = min(line, len(self.lines))
        known, offset = self._known_line
        if line >= known:
            offset += sum(map(len, self.lines[known:line]))
        else:
            offset -= sum(map(len, self.lines[line:known]))
        self._known_line = Position(line, offset)
        return offset


def split_lines(text: str) -> list[str]:
    """Return the lines of a text with their endings: LF, CR LF or CR."""
    return list(io.StringIO(text, newline=""))


def count_units(text: str, encoding: str) -> int:
    """Return the length of `text` in code units of `encoding`."""
    if text.isascii() or encoding == "utf-32":
        return len(text)
    return sum(_widths(text, encoding))


def find_column(line: str, units: int, encoding: str) -> int:
    """Return the 0-based code point of `line` at the offset `units`.

    An offset inside of a character means its start, one past the line its end.
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
