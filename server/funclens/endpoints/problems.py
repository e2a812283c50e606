"""What a person should know before they deploy: all static problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.endpoints.duplicates import duplicate_endpoints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.index import WorkspaceFacts
    from funclens.model import Collision, Function, Problem

__all__ = ["problems_of"]


def problems_of(
    facts: WorkspaceFacts,
    functions: Sequence[Function],
    collisions: Sequence[Collision],
) -> tuple[Problem, ...]:
    """Return the problems of a workspace in the order of folder, file and place."""
    _ = facts
    found = list(duplicate_endpoints(functions, collisions))
    found.sort(key=lambda problem: (problem.folder, problem.file, problem.span))
    return tuple(found)
