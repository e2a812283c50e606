"""How deeply a text of other people is nested, before a parser finds out."""

from __future__ import annotations

import re

__all__ = ["nesting"]

_BRACKET = re.compile(r"([\[{])|[\]}]")


def nesting(text: str) -> int:
    """Return how many brackets and braces are open at once, those in quotes too.

    Parsers go through all that are open for each, or recur until Python stops them.
    """
    depth = deepest = 0
    for match in _BRACKET.finditer(text):
        depth = depth + 1 if match.lastindex else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest
