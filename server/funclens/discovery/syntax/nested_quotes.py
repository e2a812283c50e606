"""Single-line f-strings that reuse their quotes inside braces (Python 3.12).

Older Pythons end such a string at the inner quote. A regular expression would need
backtracking for each brace; this scanner looks at each character once.
"""

from __future__ import annotations

import re

__all__ = ["without_nested_quotes"]

_START = re.compile(r"""(?<!\w)(?:[rR]?[fFtT]|[fFtT][rR])(["'])(?!\1\1)""")
_TOKEN = re.compile(r"""\\[^{}\n]|\{\{|\}\}|[{}"'\n]""")


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
