"""Fixes for functions that share an endpoint."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from funclens.features.commands import SHOW, refer
from funclens.features.fixes.fix import Fix
from funclens.features.fixes.manifests import set_in_project
from funclens.features.fixes.rename import is_used, references
from funclens.features.snapshot import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.features.fixes.fix import Context
    from funclens.model import Function, Problem

__all__ = ["go_to_others", "name_endpoint", "rename_function"]

_NO_IDENTIFIER = re.compile(r"\W+")


def name_endpoint(context: Context, problem: Problem) -> Iterator[Fix]:
    """Offer to set a unique endpoint in pyproject.toml for each function here."""
    for function in context.functions_at(problem):
        endpoint = _free_name(context, function, "-")
        setting = ("endpoints", function.qualified_name, endpoint)
        edits = context.edits()
        if set_in_project(context, edits, function.folder, setting):
            title = f"Set the endpoint of {function.qualified_name} to {endpoint}"
            yield Fix(title, edits.build(), is_preferred=True)


def rename_function(context: Context, problem: Problem) -> Iterator[Fix]:
    """Offer to rename the function and its references in the file.

    Not offered if another file imports it by name.
    """
    for function in context.functions_at(problem)[:1]:
        text = context.text()
        name = _free_name(context, function, "_")
        spans = references(text, function.name)
        if not spans or function.file != function.source or is_used(text, name):
            continue
        edits = context.edits()
        for span in spans:
            edits.replace(context.path, span, name)
        yield Fix(f"Rename {function.name} to {name}", edits.build())


def go_to_others(context: Context, problem: Problem) -> Iterator[Fix]:
    """Offer to go to each other definition in the problem."""
    for place in problem.related:
        path = absolute(place.folder, place.file)
        for function in context.snapshot.by_file.get(path, ()):
            if function.name_span == place.span:
                title = f"Go to {function.qualified_name}"
                yield Fix(title, command=refer(SHOW, function, title))
                break


def _free_name(context: Context, function: Function, joint: str) -> str:
    """Return the name prefixed with its folder, numbered if already taken."""
    parents = PurePath(function.source).parts[:-1]
    folder = parents[-1] if parents else PurePath(function.folder).name
    words = [*_NO_IDENTIFIER.split(folder), *function.name.split("_")]
    base = joint.join(word for word in words if word)
    if joint == "-":
        base = base.lower()
    elif base[:1].isdigit():
        base = f"_{base}"
    taken = context.snapshot.catalog.routes
    names = (base, *(f"{base}{joint}{number}" for number in range(2, 100)))
    return next(name for name in names if name not in taken)
