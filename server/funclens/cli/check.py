"""`funclens check`: report what would break in production."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from funclens.cli import stderr
from funclens.cli.cold_start_budget import measured, parse_seconds
from funclens.cli.folders import add_folders
from funclens.cli.formats import FORMATS, checked_text, default_format
from funclens.cli.opened import nothing_found, open_workspace
from funclens.errors import UsageError
from funclens.model import Severity
from funclens.suggest import closest

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from funclens.model import Problem

__all__ = ["add_arguments", "execute"]

_FAILING = {
    "warning": {Severity.WARNING, Severity.ERROR},
    "error": {Severity.ERROR},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_folders(parser)
    parser.add_argument(
        "--format",
        choices=sorted(FORMATS),
        help="output format (default: full in a terminal, otherwise concise)",
    )
    parser.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="CODES",
        help="report only these comma-separated codes",
    )
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="CODES",
        help="don't report these comma-separated codes",
    )
    parser.add_argument(
        "--fail-on",
        choices=sorted(_FAILING),
        default="warning",
        help="lowest severity that makes the exit code 1 (default: warning)",
    )
    parser.add_argument(
        "--cold-start-budget",
        metavar="SECONDS",
        help="load each unit in a fresh process, and report those that take longer, "
        "such as 2s; this runs your code",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Print the problems; return 1 if one is severe enough, else 0."""
    select, ignore = _codes(arguments.select), _codes(arguments.ignore)
    wanted = arguments.cold_start_budget
    budget = None if wanted is None else parse_seconds(wanted)
    opened = open_workspace(
        arguments.folders, in_production=True, prescan=arguments.prestarted
    )
    if budget is not None:
        opened = measured(opened, budget)
    problems = selected(opened.catalog.problems, select=select, ignore=ignore)
    if not opened.catalog.functions:
        stderr.note(*nothing_found(opened))
    form = arguments.format or default_format()
    if opened.catalog.functions and form in {"full", "concise", "text"}:
        stderr.note(checked_text(opened))
    sys.stdout.write(FORMATS[form](problems, opened))
    failing = _FAILING[arguments.fail_on]
    return int(any(problem.severity in failing for problem in problems))


def selected(
    problems: Iterable[Problem], *, select: Sequence[str], ignore: Sequence[str]
) -> list[Problem]:
    """Return the problems whose code is selected and not ignored."""
    return [
        problem
        for problem in problems
        if (not select or problem.code in select) and problem.code not in ignore
    ]


def _codes(words: Iterable[str]) -> list[str]:
    """Return the codes of an option. Raises UsageError for an unknown one."""
    found = [code.strip() for word in words for code in word.split(",") if code.strip()]
    if not found:
        return []
    from funclens.catalog.rules.table import (  # noqa: PLC0415 - all rules come along
        CODES,
        MEASURED_CODES,
    )

    known = [*CODES, *MEASURED_CODES]
    for code in found:
        if code not in known:
            near = closest(known, code)
            advice = f"did you mean '{near}'? " if near else ""
            raise UsageError(
                f"unknown code '{code}'",
                hint=f"{advice}docs/reference/diagnostics.md lists all codes",
            )
    return found
