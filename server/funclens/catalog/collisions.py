"""Find functions that share an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.model import Collision, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.model import Catalog, Function

__all__ = ["collisions_of", "reported_endpoints"]


def collisions_of(functions: Iterable[Function]) -> tuple[Collision, ...]:
    """Return the endpoints shared by two or more definitions, sorted.

    One definition that several units serve is not a collision.
    """
    wanted: dict[str, list[Function]] = {}
    for function in functions:
        wanted.setdefault(function.endpoint, []).append(function)
    return tuple(
        Collision(endpoint, tuple(function.id for function in sharing))
        for endpoint, sharing in sorted(wanted.items())
        if len(sharing) > 1
        and len({(f.folder, f.file, f.name_span) for f in sharing}) > 1
    )


def reported_endpoints(catalog: Catalog) -> tuple[str, ...]:
    """Return the shared endpoints that are reported as a warning or an error, sorted.

    Settings and comments may turn a report off, or into information.
    """
    loud = {
        (problem.folder, problem.file, problem.span)
        for problem in catalog.problems
        if problem.code == "duplicate-endpoint"
        and problem.severity in (Severity.ERROR, Severity.WARNING)
    }
    files = {file for _, file, _ in loud}
    found = {
        function.endpoint
        for function in catalog.functions
        if function.file in files
        and (function.folder, function.file, function.name_span) in loud
    }
    return tuple(sorted(found))
