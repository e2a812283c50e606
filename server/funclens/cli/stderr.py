"""Messages on standard error: `error:`, `warning:` and `hint:` lines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from funclens.cli.console import is_styled
from funclens.cli.terminal import Verbatim, as_text

if TYPE_CHECKING:
    from funclens.cli.terminal import Line
    from funclens.errors import FunclensError

__all__ = ["error", "note", "warning", "warning_text"]

_STYLES = {"error": "1;31", "warning": "1;33", "hint": "1;36"}
"""SGR parameters of the prefixes: bold red, bold yellow, bold cyan."""


def error(problem: FunclensError) -> None:
    """Print an error and its hint."""
    _say("error", str(problem))
    if problem.hint:
        _say("hint", problem.hint)


def warning(text: str, *, hint: str = "") -> None:
    """Print a warning and, if given, a hint."""
    sys.stderr.write(warning_text(text, hint=hint))
    sys.stderr.flush()


def warning_text(text: str, *, hint: str = "") -> str:
    """Return the lines of a warning and its hint."""
    lines = [_line("warning", text), *([_line("hint", hint)] if hint else [])]
    return as_text(lines)


def note(*lines: Line) -> None:
    """Print lines without a prefix, about progress."""
    sys.stderr.write(as_text(lines))
    sys.stderr.flush()


def _say(kind: str, text: str) -> None:
    note(_line(kind, text))


def _line(kind: str, text: str) -> Line:
    prefix = f"{kind}:"
    if is_styled(sys.stderr):
        prefix = f"\x1b[{_STYLES[kind]}m{prefix}\x1b[0m"
    return (Verbatim(prefix), " ", text)
