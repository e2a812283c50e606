"""`unknown-entry-point`: deploy files that name what their source does not have."""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING

from funclens.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context
    from funclens.discovery import FolderFacts, UnknownEntry

__all__ = ["unknown_entry_points"]

_PROSE = (".md", ".markdown", ".rst")


def unknown_entry_points(context: Context) -> Iterator[Problem]:
    """Yield a problem where a deploy file speaks of a function that is not there."""
    for folder in context.facts.folders:
        for entry in folder.unknown_entries:
            yield _problem(folder, entry)


def _problem(folder: FolderFacts, entry: UnknownEntry) -> Problem:
    name = entry.deployment.entry_point or ""
    near = difflib.get_close_matches(name, entry.bound, n=1)
    advice = f"Did you mean `{near[0]}`? " if near else ""
    file = os.path.relpath(entry.deployment.file, folder.folder)
    source = os.path.relpath(entry.source, folder.folder).replace(os.sep, "/")
    prose = entry.deployment.file.endswith(_PROSE)
    return Problem(
        code="unknown-entry-point",
        severity=Severity.INFORMATION if prose else Severity.ERROR,
        message=(
            f"{source} has no function of that name, so that it cannot be deployed. "
            f"{advice}Entry point: {name}"
        ),
        folder=folder.folder,
        file=file.replace(os.sep, "/"),
        span=entry.deployment.span,
        remedy=near[0] if near else "",
    )
