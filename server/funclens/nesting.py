"""Measure how deeply a text is nested, before a parser sees it."""

from __future__ import annotations

import re

__all__ = ["nesting"]

_BRACKET = re.compile(r"([\[{])|[\]}]")


def nesting(text: str) -> int:
    """Return the maximum number of open brackets and braces, including quoted ones.

    Parsers take quadratic time for deep nesting, or hit Python's recursion limit.
    """
    depth = deepest = 0
    for match in _BRACKET.finditer(text):
        depth = depth + 1 if match.lastindex else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest
