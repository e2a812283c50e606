"""Problems as text: one line each, or with the source line and carets.

billing/main.py:35:5: warning[duplicate-endpoint] Duplicate endpoint `health` …
|
35 | def health(request):
|     ^^^^^^
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from funclens.cli.opened import counted
from funclens.cli.terminal import Verbatim, as_text
from funclens.discovery.files.encoding import decode
from funclens.model import Severity
from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.cli.terminal import Line
    from funclens.model import Problem

__all__ = ["as_concise", "as_full"]

_MOST_MILD = 5
"""Maximum number of problems per code that are milder than a warning."""
_MOST_COLUMNS = 160
"""Maximum length of a source line; longer ones are cut around the problem."""
_COLORS = {
    Severity.ERROR: "1;31",
    Severity.WARNING: "1;33",
    Severity.INFORMATION: "1;34",
    Severity.HINT: "1;36",
}
"""SGR parameters by severity."""


def as_concise(problems: Sequence[Problem], folders: Sequence[str]) -> str:
    """Return one line per problem: `path:line:col: severity[code] message`."""
    shown, more = _shown(problems)
    lines = [_head(problem, folders, is_styled=False) for problem in shown]
    gap = [""] if lines else []
    return as_text([*lines, *more, *gap, _summary(problems)])


def as_full(
    problems: Sequence[Problem],
    folders: Sequence[str],
    *,
    is_styled: bool,
) -> str:
    """Return each problem with its source line and carets.

    `is_styled` adds colors as SGR escape sequences.
    """
    shown, more = _shown(problems)
    lines = _Lines()
    text: list[Line] = []
    for problem in shown:
        path = os.path.join(problem.folder, problem.file)  # noqa: PTH118
        line = lines.read(path, problem.span.line)
        head = _head(problem, folders, is_styled=is_styled)
        text += [head, *(() if line is None else _excerpt(problem, line)), ""]
    if more:
        text += [*more, ""]
    return as_text([*text, _summary(problems)])


def _shown(problems: Sequence[Problem]) -> tuple[list[Problem], list[str]]:
    """Return the problems to show, and lines that count the others."""
    shown: list[Problem] = []
    mild: Counter[str] = Counter()
    for problem in problems:
        if problem.severity not in {Severity.ERROR, Severity.WARNING}:
            mild[problem.code] += 1
            if mild[problem.code] > _MOST_MILD:
                continue
        shown.append(problem)
    return shown, [
        f"... and {number - _MOST_MILD} more [{code}]; --format json prints all"
        for code, number in mild.items()
        if number > _MOST_MILD
    ]


def _summary(problems: Sequence[Problem]) -> str:
    if not problems:
        return "No problems found."
    severities = Counter(problem.severity for problem in problems)
    errors = counted(severities[Severity.ERROR], "error")
    warnings = counted(severities[Severity.WARNING], "warning")
    return f"Found {counted(len(problems), 'problem')} ({errors}, {warnings})."


def _head(problem: Problem, folders: Sequence[str], *, is_styled: bool) -> Line:
    file = f"{problem.folder}/{problem.file}" if len(folders) > 1 else problem.file
    place = f"{file}:{problem.span.line}:{problem.span.column}:"
    kind = f"{problem.severity.value}[{problem.code}]"
    if not is_styled:
        return f"{place} {kind} {problem.message}"
    bold, color = Verbatim("\x1b[1m"), Verbatim(f"\x1b[{_COLORS[problem.severity]}m")
    plain = Verbatim("\x1b[0m")
    return bold, place, plain, " ", color, kind, plain, f" {problem.message}"


def _excerpt(problem: Problem, line: str) -> list[Line]:
    """Return the source line with carets under the problem."""
    span = problem.span
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    if len(line) > _MOST_COLUMNS:
        cut = max(0, start - _MOST_COLUMNS // 4)
        line = line[cut : cut + _MOST_COLUMNS]
        start, end = start - cut, min(end - cut, len(line))
    # Tabs are repeated, so that carets align whatever the tab width.
    before = "".join("\t" if c == "\t" else " " * _width(c) for c in line[:start])
    carets = "^" * max(1, sum(map(_width, line[start:end])))
    number = str(span.line)
    margin = " " * len(number)
    return [
        f"{margin} |",
        (f"{number} | ", Verbatim(line)),
        (f"{margin} | ", Verbatim(before), carets),
    ]


def _width(char: str) -> int:
    """Return how many columns a character takes in a terminal."""
    if char.isascii():
        return 1
    import unicodedata  # noqa: PLC0415 - most code is ASCII

    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


class _Lines:
    """Lines of the file that was read last."""

    def __init__(self) -> None:
        self._path = ""
        self._lines: list[str] = []

    def read(self, path: str, line: int) -> str | None:
        """Return one line (1-based) of a file; None if it can't be read."""
        if path != self._path:
            self._path, self._lines = path, _read_lines(path)
        return self._lines[line - 1] if line <= len(self._lines) else None


def _read_lines(path: str) -> list[str]:
    try:
        text, _ = decode(read_regular(path))
    except OSError:
        return []
    return [_printable(line) for line in text.split("\n")]


def _printable(line: str) -> str:
    """Replace characters that would move the cursor."""
    return "".join(
        char if char == "\t" or char.isprintable() else "\ufffd" for char in line
    )
