"""Text that acts where it isn't escaped, and what looks for it."""

from __future__ import annotations

import re

TITLE = "\x1b]0;owned\x07"
"""Renames the window of a terminal."""
LINE = "\nFAKE LINE"
C1 = "\x9b31m"
"""The one-byte form of the control sequence of red."""
TURNED = "\u202ecod.exe"
"""Shows what follows from right to left."""
MARKUP = "<img src=x onerror=alert(1)>"

ACTING = TITLE + LINE + C1 + TURNED

_ACTS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def acting(text: str) -> list[str]:
    """Return the lines that hold what acts, or that somebody forged."""
    return [
        line
        for line in text.split("\n")
        if _ACTS.search(line) or line.startswith("FAKE LINE")
    ]
