"""Everything that a command prints for people goes through here, line by line.

What comes from elsewhere (names, paths, messages of exceptions) is shown and never
acts: it ends no line, moves no cursor and turns no text around.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Line = str | Sequence[str]
    """A line without its end, or its parts."""

__all__ = ["Verbatim", "as_text", "print_json"]


class Verbatim(str):
    """A part of a line that is meant to act: our colors, a function's own output."""

    __slots__ = ()


def as_text(lines: Iterable[Line]) -> str:
    """Return the lines as a terminal gets them, each with its end."""
    return "".join(f"{_shown(line)}\n" for line in lines)


def print_json(value: Any) -> None:
    """Print a value for scripts, over several lines."""
    import json  # noqa: PLC0415 - most output is for people
    import sys  # noqa: PLC0415

    json.dump(value, sys.stdout, indent=2)
    sys.stdout.write("\n")


def _shown(line: Line) -> str:
    parts = [line] if isinstance(line, str) else line
    return "".join(
        part if isinstance(part, Verbatim) else printable(part) for part in parts
    )
