"""Location of a command in a deploy file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Place", "place_in"]

_ENTRY_FLAG = re.compile(r"--(?:entry-point|function|target)[\"',=\s]*")


@dataclass(frozen=True, slots=True)
class Place:
    """A file, its text, and the offsets of a command in it."""

    file: str
    text: str = ""
    start: int = 0
    end: int = 0

    def span(self, *words: str | None) -> Span:
        """Return the span of the first word that is found, else of the line."""
        for word in words:
            at = self._offset(word) if word else -1
            if word and at >= 0:
                return _span(self.text, at, at + len(word))
        line_end = self.text.find("\n", self.start)
        line_start = self.text.rfind("\n", 0, self.start) + 1
        end = line_end if line_end >= 0 else len(self.text)
        return _span(self.text, line_start, max(end, line_start))

    def _offset(self, word: str) -> int:
        flag = _ENTRY_FLAG.search(self.text, self.start, self.end)
        for start, end in (
            (flag.end() if flag else self.end, self.end),
            (self.start, self.end),
            (0, len(self.text)),
        ):
            at = self.text.find(word, start, end)
            while at >= 0:
                before = self.text[at - 1 : at] if at else " "
                after = self.text[at + len(word) : at + len(word) + 1]
                if not (_is_of_name(before) or _is_of_name(after)):
                    return at
                at = self.text.find(word, at + 1, end)
        return -1


def _is_of_name(character: str) -> bool:
    return character.isalnum() or character in {"_", "-"}


def place_in(path: str) -> Callable[[str, int, int], Place]:
    """Return a factory that makes places from offsets in a file."""
    return lambda text, start, end: Place(path, text, start, end)


def _span(text: str, start: int, end: int) -> Span:
    line = text.count("\n", 0, start) + 1
    line_start = text.rfind("\n", 0, start) + 1
    last = text.count("\n", 0, end) + 1
    last_start = text.rfind("\n", 0, end) + 1
    return Span(line, start - line_start + 1, last, end - last_start + 1)
