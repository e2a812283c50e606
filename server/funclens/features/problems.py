"""All problems of the workspace: those of the sources and those of the runner."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING

from funclens.features.snapshot import absolute
from funclens.model import Problem, Severity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.features.positions import Places
    from funclens.features.snapshot import Snapshot
    from funclens.model import Unit

__all__ = ["problems_by_file"]


def problems_by_file(
    snapshot: Snapshot, places: Places
) -> dict[str, tuple[Problem, ...]]:
    """Return the problems of each file that has any, by absolute path."""
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in snapshot.catalog.problems:
        found[absolute(problem.folder, problem.file)].append(problem)
    for problem in _import_errors(snapshot, places):
        found[absolute(problem.folder, problem.file)].append(problem)
    return {path: tuple(problems) for path, problems in found.items()}


def _import_errors(snapshot: Snapshot, places: Places) -> Iterator[Problem]:
    for unit in snapshot.catalog.units:
        status = snapshot.runner.units.get(unit.id)
        if status is None or status.failure is None:
            continue
        failure = status.failure
        message = f"The unit {unit.id} could not be loaded: {failure.error}"
        if failure.hint:
            message += f"\n{failure.hint}"
        yield _at_line(
            unit,
            failure.file or unit.source,
            failure.line or 1,
            code="import-error",
            message=message,
            places=places,
        )


def _at_line(
    unit: Unit, path: str, line: int, *, code: str, message: str, places: Places
) -> Problem:
    text = places.line_of(path, line).rstrip()
    start = len(text) - len(text.lstrip()) + 1
    return Problem(
        code=code,
        severity=Severity.ERROR,
        message=message,
        folder=unit.folder,
        file=os.path.relpath(path, unit.folder).replace(os.sep, "/"),
        span=Span(line, start, line, len(text) + 1),
    )
