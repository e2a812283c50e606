"""Parse the patterns of an ignore file or setting; a bad one skips only itself."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from funclens.discovery.files.notes import reason_of
from funclens.printable import printable
from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pathspec import GitIgnoreSpec

__all__ = ["patterns_in", "patterns_of"]

_MOST_PATTERNS = 5_000
"""Maximum number of patterns; each file is matched against all of them."""

_SHOWN = 60
"""Maximum length of a pattern shown in a message."""

_LONGEST = 4_096
"""Maximum length of a pattern; paths aren't longer."""

_MOST_STARS = 4
"""Maximum number of stars; matching time grows exponentially with it."""

_REFUSED = (ValueError, re.error, RecursionError, OverflowError)
"""Exceptions that pathspec and `re` raise for an invalid pattern."""


def patterns_in(path: str) -> tuple[GitIgnoreSpec | None, list[str]]:
    """Return the patterns of an ignore file, and sentences about invalid ones."""
    try:
        data = read_regular(path)
    except FileNotFoundError:
        return None, []
    except OSError as error:
        return None, [f"skipped {printable(path)}: {reason_of(error)}"]
    lines = data.decode("utf-8-sig", "replace").split("\n")
    shown = printable(path)
    return _patterns(
        [line.removesuffix("\r") for line in lines],
        lambda index: f"{shown}, line {index + 1}",
    )


def patterns_of(
    setting: str, lines: Sequence[str]
) -> tuple[GitIgnoreSpec | None, list[str]]:
    """Return the patterns of a setting, and sentences about invalid ones."""
    return _patterns(lines, lambda _: f"setting '{setting}'")


def _patterns(
    lines: Sequence[str], place: Callable[[int], str]
) -> tuple[GitIgnoreSpec | None, list[str]]:
    found = [(index, line) for index, line in enumerate(lines) if line.strip()]
    if not found:
        return None, []
    notes: list[str] = []
    if len(found) > _MOST_PATTERNS:
        where = place(found[_MOST_PATTERNS][0])
        notes.append(f"{where}: skipped this pattern and those below: too many")
        del found[_MOST_PATTERNS:]
    usable: list[str] = []
    for index, line in found:
        fault = _excess(line)
        if fault:
            notes.append(f"{place(index)}: skipped {fault} {_shown(line)}")
        else:
            usable.append(line)
    spec = _compiled(usable)
    if spec is None:
        refused = {line for line in usable if _compiled([line]) is None}
        spec = _compiled([line for line in usable if line not in refused])
        notes += [
            f"{place(index)}: skipped invalid pattern {_shown(line)}"
            for index, line in found
            if line in refused
        ]
    return spec, notes


def _excess(line: str) -> str:
    """Return which limit a pattern exceeds; empty if none."""
    if line.startswith("#"):
        return ""
    if len(line) > _LONGEST:
        return "overlong pattern"
    parts = line.split("/")
    stars = max(0 if part == "**" else part.count("*") for part in parts)
    if max(stars, parts.count("**")) > _MOST_STARS:
        return "pattern with too many stars"
    return ""


def _compiled(lines: Sequence[str]) -> GitIgnoreSpec | None:
    """Compile the patterns; return None if one of them is invalid."""
    import pathspec  # noqa: PLC0415  # most folders have nothing to ignore

    with warnings.catch_warnings():
        # pathspec's warnings about odd patterns don't concern the user here.
        warnings.simplefilter("ignore")
        try:
            return pathspec.GitIgnoreSpec.from_lines(lines)
        except _REFUSED:
            return None


def _shown(line: str) -> str:
    return repr(line if len(line) <= _SHOWN else line[:_SHOWN] + "…")
