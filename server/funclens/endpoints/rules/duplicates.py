"""`duplicate-endpoint`: functions that would answer under one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.model import Problem, RelatedPlace, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from funclens.endpoints.rules.context import Context
    from funclens.model import Function

__all__ = ["duplicate_endpoints"]

_MOST_RELATED = 5
"""Other definitions that one problem names."""

_MANY_UNITS = 5
"""From more units than this on, a shared name is how the workspace is made."""


def duplicate_endpoints(context: Context) -> Iterator[Problem]:
    """Yield a problem for each definition, or one a unit where many share a name."""
    by_id = {served.function.id: served.function for served in context.served}
    for collision in context.collisions:
        sharing = [by_id[function] for function in collision.functions]
        units = {function.unit for function in sharing}
        usual = len(units) > _MANY_UNITS and not any(f.deployed_name for f in sharing)
        told: set[str] = set()
        for function in _definitions(sharing):
            if usual and function.unit in told:
                continue
            told.add(function.unit)
            yield _problem(function, sharing, usual=usual)


def _definitions(functions: Sequence[Function]) -> list[Function]:
    """Return one function for each place, in the order that was given."""
    places = {(f.folder, f.file, f.name_span): f for f in reversed(functions)}
    return list(reversed(places.values()))


def _problem(
    function: Function, sharing: Sequence[Function], *, usual: bool
) -> Problem:
    place = (function.folder, function.file, function.name_span)
    others = [
        other
        for other in _definitions(sharing)
        if (other.folder, other.file, other.name_span) != place
    ]
    if usual:
        message = (
            f"Many units share the endpoint `{function.endpoint}`, so that it means "
            f"none of them; this one is always served at: /{function.qualified_name}"
        )
    else:
        named = ", ".join(other.qualified_name for other in others[:_MOST_RELATED])
        more = len(others) - _MOST_RELATED
        message = (
            f"Another function has the endpoint `{function.endpoint}` too. Rename one "
            "of them, or give one a name of its own in `[tool.funclens.endpoints]`: "
            + named
            + (f" and {more} more" if more > 0 else "")
        )
    return Problem(
        code="duplicate-endpoint",
        severity=Severity.INFORMATION if usual else Severity.WARNING,
        message=message,
        folder=function.folder,
        file=function.file,
        span=function.name_span,
        related=tuple(
            RelatedPlace(
                file=other.file,
                folder=other.folder,
                span=other.name_span,
                message=f"`{other.endpoint}` is also: {other.qualified_name}",
            )
            for other in others[:_MOST_RELATED]
        ),
    )
