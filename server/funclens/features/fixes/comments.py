"""Fixes that add a `# funclens: ignore` comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.features.fixes.fix import Fix
from funclens.model import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.features.fixes.fix import Context
    from funclens.model import Function, Problem

__all__ = ["ignore_problem", "not_a_function"]

_CODES = re.compile(r"#\s*funclens:\s*ignore\s*\[[^\]]*(?=\])")


def ignore_problem(context: Context, problem: Problem) -> Iterator[Fix]:
    """Offer to ignore a problem on its line."""
    if not context.path.endswith(".py"):
        return
    line = context.line(problem.span.line)
    listed = _CODES.search(line)
    if line.endswith("\\"):
        return
    edits = context.edits()
    if listed:
        edits.insert(
            context.path, problem.span.line, listed.end() + 1, f", {problem.code}"
        )
    else:
        comment = f"  # funclens: ignore[{problem.code}]"
        edits.insert(context.path, problem.span.line, len(line) + 1, comment)
    yield Fix(f"Ignore {problem.code} on this line", edits.build())


def not_a_function(context: Context, function: Function) -> Iterator[Fix]:
    """Offer to mark a likely function as not a function."""
    line = context.line(function.span.line)
    if function.certainty is Certainty.LIKELY and not line.endswith("\\"):
        edits = context.edits()
        edits.insert(
            context.path, function.span.line, len(line) + 1, "  # funclens: ignore"
        )
        yield Fix(f"Mark `{function.name}` as not a function", edits.build())
