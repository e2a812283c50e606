"""f-strings: those too large to parse, and those of Python 3.12.

Single-line f-strings of Python 3.12 may reuse their quotes inside braces.

Older Pythons end such a string at the inner quote. A regular expression would need
backtracking for each brace; this scanner looks at each character once.
"""

from __future__ import annotations

import re
import sys

__all__ = ["has_costly_strings", "without_nested_quotes"]

_START = re.compile(r"""(?<!\w)(?:[rR]?[fFtT]|[fFtT][rR])(["'])(?!\1\1)""")
_TOKEN = re.compile(r"""\\[^{}\n]|\{\{|\}\}|[{}"'\n]""")
_ENDS = ('"', "'", '"' * 3, "'" * 3)
_ANY_START = re.compile(r"""(?<!\w)(?:[rR]?[fF]|[fF][rR])(\"\"\"|\'\'\'|["'])""")
_QUOTES = {quote: re.compile(rf"\\.|{quote}", re.DOTALL) for quote in _ENDS}
_MOST_WORK = 500_000_000
"""Characters of an f-string times its braces: a tenth of a second or so."""


def has_costly_strings(text: str) -> bool:
    """Return whether Python before 3.12 would parse f-strings for seconds.

    It looks at the whole string for each expression in it.
    """
    if sys.version_info >= (3, 12) or len(text) * text.count("{") < _MOST_WORK:
        return False
    work = position = 0
    while start := _ANY_START.search(text, position):
        position = _closed(text, start.end(), start[1])
        work += (position - start.end()) * text.count("{", start.end(), position)
    return work > _MOST_WORK


def _closed(text: str, position: int, quote: str) -> int:
    """Return the end of a string that begins at a position."""
    while token := _QUOTES[quote].search(text, position):
        position = token.end()
        if token[0] == quote:
            return position
    return len(text)


def without_nested_quotes(text: str) -> str:
    """Replace each single-line f-string with an empty string.

    Unclosed strings are kept.
    """
    kept: list[str] = []
    position = done = 0
    while start := _START.search(text, position):
        end = _end(text, start.end(), start[1])
        if end is None:
            # No string on this line ends, so neither do those after it.
            line_end = text.find("\n", start.end())
            position = line_end if line_end >= 0 else len(text)
            continue
        kept += (text[done : start.start()], start[1] * 2)
        position = done = end
    return "".join((*kept, text[done:])) if kept else text


def _end(text: str, position: int, quote: str) -> int | None:
    """Return the end of an open string, or None if its line ends first."""
    depth = 0
    while token := _TOKEN.search(text, position):
        found = token[0]
        position = token.end()
        if found == "\n":
            return None
        if found == quote and not depth:
            return position
        if found == "{" or (found == "{{" and depth):
            depth += len(found)
        elif depth and found in {"}", "}}"}:
            depth = max(0, depth - len(found))
    return None
