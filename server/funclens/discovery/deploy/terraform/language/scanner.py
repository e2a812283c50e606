"""Scan HCL: blanks, comments, tokens, and the start of the next block.

All functions move forward only, so scanning is linear.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from funclens.dataclass import dataclass, field
from funclens.discovery.files.budget import Budget
from funclens.model import Span

__all__ = [
    "HclError",
    "Source",
    "block_end",
    "heredoc",
    "is_header",
    "next_header",
    "skip_blanks",
    "token_at",
]

_BLANKS = re.compile(r"(?:[ \t\r\n]+|#[^\n]*|//[^\n]*)*")
_BLANKS_OF_LINE = re.compile(r"[ \t\r]*(?:(?:#|//)[^\n]*)?")
_TOKEN = re.compile(
    r"(?P<name>[^\W\d][\w-]*)"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r'|(?P<quote>")'
    r"|(?P<heredoc><<-?[\w-]+[ \t\r]*\n)"
    r"|(?P<sign>\.\.\.|&&|\|\||==|!=|<=|>=|=>|::|[-+*/%<>!?:=,.\[\](){}])"
)
_HEADER = re.compile(
    r"^(?:(?:resource|data|ephemeral|module|variable|output|provider)[ \t]+[\"\w]"
    r"|(?:locals|terraform|moved|import|removed)[ \t]*\{)",
    re.MULTILINE,
)
"""A line that can only start a top-level block."""

_OF_BLOCK = re.compile(
    r'"(?:[^"\\\n]+|\\.)*"?'
    r"|\#[^\n]*|//[^\n]*|/\*|<<-?(?P<mark>[\w-]+)[ \t\r]*\n|[{}]"
    r"|^(?P<header>" + _HEADER.pattern[1:] + ")",
    re.MULTILINE,
)


_MOST_UNCLOSED = 8
_MOST_EXPRESSIONS = 300_000


class HclError(Exception):
    """Syntax error at an offset."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A text and the path of its file."""

    path: str
    text: str = field(repr=False)
    _lines: list[int] = field(default_factory=list, repr=False)
    unclosed: set[str] = field(default_factory=set, repr=False)
    """Heredoc markers that are known to be unclosed."""
    budget: Budget = field(default_factory=lambda: Budget(_MOST_EXPRESSIONS))
    """Maximum number of expressions to parse; the rest of the text is skipped."""

    def span(self, start: int, end: int) -> Span:
        """Return the span of a range of offsets."""
        if not self._lines:
            self._lines.append(0)
            self._lines.extend(m.end() for m in re.finditer("\n", self.text))
        first = bisect_right(self._lines, start) - 1
        last = bisect_right(self._lines, end) - 1
        return Span(
            first + 1,
            start - self._lines[first] + 1,
            last + 1,
            end - self._lines[last] + 1,
        )


def skip_blanks(text: str, at: int, *, lines: bool) -> int:
    """Return the offset after blanks and comments; with `lines`, also newlines.

    An unclosed comment extends to the end of the text.
    """
    blanks = _BLANKS if lines else _BLANKS_OF_LINE
    while True:
        found = blanks.match(text, at)
        at = found.end() if found else at
        if not text.startswith("/*", at):
            return at
        end = text.find("*/", at + 2)
        at = len(text) if end < 0 else end + 2


def token_at(text: str, at: int) -> re.Match[str] | None:
    """Return the token at an offset: name, number, quote, heredoc or sign."""
    return _TOKEN.match(text, at)


def is_header(text: str, at: int) -> bool:
    """Return whether a top-level block starts at an offset."""
    return _HEADER.match(text, at) is not None


def next_header(text: str, at: int) -> int:
    """Return the start of the next top-level block at or after an offset."""
    found = _HEADER.search(text, at)
    return found.start() if found else len(text)


def heredoc(source: Source, at: int, mark: str) -> tuple[int, int]:
    """Return the end of a heredoc's content and the offset after the heredoc.

    Raises HclError if it is not closed.
    """
    # Each unclosed marker costs a search of the whole text: allow only a few.
    if mark in source.unclosed or len(source.unclosed) > _MOST_UNCLOSED:
        raise HclError(at)
    pattern = re.compile(rf"^[ \t]*{re.escape(mark)}[ \t\r]*$", re.MULTILINE)
    found = pattern.search(source.text, at)
    if found is None:
        source.unclosed.add(mark)
        raise HclError(at)
    return found.start(), found.end()


def block_end(source: Source, at: int) -> int:
    """Return the offset after the closing brace of the block around `at`.

    An unclosed block ends at the start of the next top-level block.
    """
    text = source.text
    depth = 1
    while found := _OF_BLOCK.search(text, at):
        at = found.end()
        if found["header"]:
            return found.start()
        word = found[0]
        if word == "{":
            depth += 1
        elif word == "}":
            depth -= 1
            if depth == 0:
                return at
        elif word == "/*":
            end = text.find("*/", at)
            at = len(text) if end < 0 else end + 2
        elif found["mark"]:
            try:
                _, at = heredoc(source, at, found["mark"])
            except HclError:
                return next_header(text, at)
    return len(text)
