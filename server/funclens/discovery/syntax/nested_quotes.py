"""One-line f-strings with quotes of their own kind inside their braces (3.12).

Older Pythons end such a string at the first of these quotes. A pattern would have
to try each brace as text and as code; here every character is looked at once.
"""

from __future__ import annotations

import re

__all__ = ["without_nested_quotes"]

_START = re.compile(r"""(?<!\w)(?:[rR]?[fFtT]|[fFtT][rR])(["'])(?!\1\1)""")
_TOKEN = re.compile(r"""\\[^{}\n]|\{\{|\}\}|[{}"'\n]""")


def without_nested_quotes(text: str) -> str:
    """Return the text with an empty string for each f-string of one line.

    Strings that do not end are left as they are.
    """
    kept: list[str] = []
    position = done = 0
    while start := _START.search(text, position):
        end = _end(text, start.end(), start[1])
        if end is None:
            # Its line holds no string that ends: what it lacks, those in it lack, too.
            line_end = text.find("\n", start.end())
            position = line_end if line_end >= 0 else len(text)
            continue
        kept += (text[done : start.start()], start[1] * 2)
        position = done = end
    return "".join((*kept, text[done:])) if kept else text


def _end(text: str, position: int, quote: str) -> int | None:
    """Return where the string that is open ends; None when its line ends before."""
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
