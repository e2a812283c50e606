"""Fixes in requirements.txt, deploy files and pyproject.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.features.fixes.fix import Fix
from funclens.features.fixes.pyproject import insert_setting
from funclens.features.position_encoding import split_lines
from funclens.features.snapshot import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.features.fixes.edits import Edits
    from funclens.features.fixes.fix import Context
    from funclens.model import Problem

__all__ = ["add_requirement", "correct_name", "set_in_project", "switch_off"]


def add_requirement(context: Context, problem: Problem) -> Iterator[Fix]:
    """Offer to add a missing distribution to the requirements file."""
    if not problem.remedy or not problem.remedy_file:
        return
    path = absolute(problem.folder, problem.remedy_file)
    text = context.places.text_of(path)
    edits = context.edits()
    title = f"Add {problem.remedy} to {problem.remedy_file}"
    if text is None:
        if edits.create(path, f"{problem.remedy}\n"):
            yield Fix(title, edits.build(), is_preferred=True)
        return
    lines = split_lines(text)
    last = lines[-1] if lines else "\n"
    if last.endswith(("\n", "\r")):
        edits.insert(path, len(lines) + 1, 1, f"{problem.remedy}\n")
    else:
        edits.insert(path, len(lines), len(last) + 1, f"\n{problem.remedy}\n")
    yield Fix(title, edits.build(), is_preferred=True)


def correct_name(context: Context, problem: Problem) -> Iterator[Fix]:
    """Offer the closest existing name for one that doesn't exist."""
    span = problem.span
    wrong = context.line(span.line)[span.column - 1 : span.end_column - 1]
    if problem.remedy and span.line == span.end_line and wrong.isidentifier():
        edits = context.edits()
        edits.replace(context.path, span, problem.remedy)
        yield Fix(f"Change to {problem.remedy}", edits.build(), is_preferred=True)


def switch_off(context: Context, problem: Problem) -> Iterator[Fix]:
    """Offer to turn a problem code off in the workspace folder."""
    edits = context.edits()
    if set_in_project(
        context, edits, problem.folder, ("severity", problem.code, "off")
    ):
        yield Fix(f"Disable {problem.code} in this folder", edits.build())


def set_in_project(
    context: Context, edits: Edits, folder: str, setting: tuple[str, str, str]
) -> bool:
    """Add an edit that sets a key of a table in a folder's pyproject.toml.

    Return False if that isn't possible.
    """
    path = absolute(folder, "pyproject.toml")
    text = context.places.text_of(path)
    insertion = insert_setting(text or "", *setting)
    if insertion is None:
        return False
    if text is None:
        return edits.create(path, insertion.text)
    before = text[: insertion.offset]
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    edits.insert(path, line, column, insertion.text)
    return True
