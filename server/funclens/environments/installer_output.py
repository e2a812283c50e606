"""Finds what went wrong in the output of uv, pip and venv."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Summary", "summarize", "without_secrets"]

_LONGEST = 400
"""Maximum number of characters of a summary."""
_MOST_CAUSES = 2

_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+(?=@)")

_UV_ERROR = re.compile(r"error: (?P<text>.+)")
_UV_CAUSE = re.compile(r"  cause: (?P<text>.+)")
_TREE_START = re.compile(r"\s*\u00d7\s+(?P<text>.+)")
_TREE_MORE = re.compile(r"\s*(?:[├╰]─▶|│)\s*(?P<text>.*)")
_TREE_END = re.compile(r"\s*(?:╰─▶\s*)?hint: ")
_PIP_ERROR = re.compile(r"\s{0,2}ERROR: (?P<text>.+)")
_GIT_ERROR = re.compile(r"\s*fatal: (?P<text>.+)")

_EMPTY_WORDS = (
    *("ResolutionImpossible", "subprocess-exited-with-error"),
    *("Failed building wheel", "See above for output"),
)
"""Words in lines that say nothing about the cause."""

_BUILD_HINT = (
    "a package has no wheel for this Python and can't be built: choose another version "
    "of it, or another Python"
)
_NETWORK_HINT = "check the network and the package index, and try again"
_HINTS = (
    ("ensurepip is not", "install uv, or python3-venv (Debian, Ubuntu)"),
    ("No space left on device", "free some disk space, and try again"),
    ("Cannot find command 'git'", "install git, and try again"),
    ("Git executable not found", "install git, and try again"),
    ("401 Client Error", "check the credentials of the package index"),
    ("401 Unauthorized", "check the credentials of the package index"),
    ("403 Forbidden", "check the credentials of the package index"),
    ("Could not resolve host", _NETWORK_HINT),
    ("Name or service not known", _NETWORK_HINT),
    ("Failed to establish a new connection", _NETWORK_HINT),
    ("Could not build wheels", _BUILD_HINT),
    ("Failed to build", _BUILD_HINT),
)
"""Words in the output, and what to do about them."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an installer reports, in one line."""

    text: str = ""
    hint: str = ""
    """What to do, if known."""


def summarize(lines: Iterable[str]) -> Summary:
    """Return what went wrong according to the last lines of an installer's output."""
    lines = [line for line in lines if line.strip()]
    text = (
        _of_venv(lines)
        or _of_git(lines)
        or _last(_PIP_ERROR, lines)
        or _of_uv(lines)
        or _of_tree(lines)
        or (lines[-1].strip() if lines else "")
    )
    whole = "\n".join(lines)
    hint = next((hint for words, hint in _HINTS if words in whole), "")
    return Summary(_shorten(text), hint)


def without_secrets(line: str) -> str:
    """Return a line without user names and passwords in URLs."""
    return _CREDENTIALS.sub("****", line)


def _of_venv(lines: Sequence[str]) -> str:
    is_incomplete = any("because ensurepip is not" in line for line in lines)
    return "this Python has no ensurepip" if is_incomplete else ""


def _of_git(lines: Sequence[str]) -> str:
    """Return the error of git, with what uv was about to do."""
    fatal = _last(_GIT_ERROR, lines)
    if not fatal:
        return ""
    return ": ".join(filter(None, (_last(_UV_ERROR, lines), fatal)))


def _of_uv(lines: Sequence[str]) -> str:
    """Return uv's last error and its first causes."""
    starts = [number for number, line in enumerate(lines) if _UV_ERROR.match(line)]
    if not starts:
        return ""
    first = _UV_ERROR.match(lines[starts[-1]])
    if first is None or any(words in first["text"] for words in _EMPTY_WORDS):
        return ""
    causes = [found for line in lines[starts[-1] :] if (found := _UV_CAUSE.match(line))]
    parts = [first["text"], *(cause["text"] for cause in causes[:_MOST_CAUSES])]
    return ": ".join(part.strip() for part in parts)


def _of_tree(lines: Sequence[str]) -> str:
    """Return the explanation that older versions of uv draw as a tree."""
    starts = [number for number, line in enumerate(lines) if _TREE_START.match(line)]
    if not starts:
        return ""
    words = []
    for number, line in enumerate(lines[starts[-1] :]):
        found = _TREE_MORE.match(line) if number else _TREE_START.match(line)
        if _TREE_END.match(line) or (found is None and not line.startswith("      ")):
            break
        words.append((found["text"] if found else line).strip())
    return " ".join(filter(None, words))


def _last(pattern: re.Pattern[str], lines: Sequence[str]) -> str:
    """Return the text of the last match that says something."""
    for line in reversed(lines):
        found = pattern.match(line)
        if found and not any(words in line for words in _EMPTY_WORDS):
            return found["text"].strip()
    return ""


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
