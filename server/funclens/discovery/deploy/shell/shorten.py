"""Reduce large scripts to the lines that may matter."""

from __future__ import annotations

import re

__all__ = ["shortened"]

_LARGE = 60_000
_MOST_KEPT = 100_000
"""Maximum number of characters to keep; later lines are dropped."""

_FUNCTION = re.compile(r"^[ \t]*(?:function[ \t]+)?([\w-]+)[ \t]*\(\)", re.MULTILINE)
_MATTERS = (
    r"^[^\n]*(?:gcloud|functions[-_]framework)[^\n]*"
    r"|^[ \t]*(?:(?:export|local|readonly|declare|typeset)[ \t]|[A-Za-z_]\w*\+?=)[^\n]*"
    r"|^[ \t]*(?:cd|pushd|popd|source|\.|cp|zip|rsync|for|while|until|if|then|else|elif"
    r"|fi|do|done|case|esac|function|exit|return)\b[^\n]*"
    r"|^[^\n]*(?:[({]|\(\)|;;|\bdo|\bthen|\\)[ \t\r]*$|^[ \t]*[)}][^\n]*"
)


def shortened(text: str) -> str:
    """Blank the irrelevant lines of a large script, keeping line numbers.

    Small scripts are returned unchanged.
    """
    if len(text) <= _LARGE:
        return text
    names = dict.fromkeys(_FUNCTION.findall(text))
    called = "|".join(re.escape(name) for name in list(names)[:200])
    pattern = _MATTERS + (rf"|^[ \t]*(?:{called})\b[^\n]*" if called else "")
    pieces: list[str] = []
    position = kept = 0
    for match in re.compile(pattern, re.MULTILINE).finditer(text):
        pieces.append("\n" * text.count("\n", position, match.start()))
        pieces.append(match[0])
        kept += len(match[0])
        position = match.end()
        if kept > _MOST_KEPT:
            break
    return "".join(pieces) + "\n"
