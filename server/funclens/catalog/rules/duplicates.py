"""`duplicate-endpoint`: functions that would answer under one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.catalog.rules.context import place_of
from funclens.catalog.rules.deployed_names import are_deployed_together
from funclens.model import Problem, RelatedPlace, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from funclens.catalog.rules.context import Context, Served
    from funclens.model import Function

__all__ = ["duplicate_endpoints", "duplicates_in_production"]

_MOST_RELATED = 5
"""Other definitions that one problem in the editor names."""

_MOST_PLACES = 100
"""Other definitions that one problem of `check` names."""

_MANY_UNITS = 5
"""From more units than this on, a shared name is how the workspace is made."""


def duplicate_endpoints(context: Context) -> Iterator[Problem]:
    """Yield what the editor shows: each definition, for the local routes collide.

    Where many units share a name that nobody deploys, it is one a unit, and mild.
    """
    by_id = {served.function.id: served.function for served in context.served}
    for collision in context.collisions:
        sharing = [by_id[function] for function in collision.functions]
        units = {function.unit for function in sharing}
        deployed = sum(function.deployed_name is not None for function in sharing)
        usual = len(units) > _MANY_UNITS and deployed < 2
        definitions = _definitions(sharing)
        # Made once: hundreds of problems may name the same few places.
        first = [(item, _related(item)) for item in definitions[: _MOST_RELATED + 1]]
        told: set[str] = set()
        for function in definitions:
            if usual and function.unit in told:
                continue
            told.add(function.unit)
            yield _problem(function, first, len(definitions), usual=usual)


def duplicates_in_production(context: Context) -> Iterator[Problem]:
    """Yield what `check` prints: one problem a name, a warning only by evidence.

    Deploy files must say that two of the functions go to one place, or one unit
    must hold both.
    """
    by_id = {served.function.id: served for served in context.served}
    for collision in context.collisions:
        sharing = [by_id[function] for function in collision.functions]
        places = {place_of(item.function): item for item in reversed(sharing)}
        definitions = list(reversed(places.values()))
        meeting = _meeting(definitions, collision.endpoint)
        first = (meeting or definitions)[0].function
        others = [item.function for item in definitions if item.function is not first]
        counted = len(definitions)
        if meeting:
            message = (
                f"Deploy files give {len(meeting)} functions the name "
                f"`{collision.endpoint}`, so the last one deployed replaces the "
                "others. Rename one of them: "
                + ", ".join(item.function.qualified_name for item in meeting[:5])
            )
        else:
            message = (
                f"{counted} functions share the endpoint `{collision.endpoint}`. "
                "`funclens run` serves them by qualified name: "
                + ", ".join(item.function.qualified_name for item in definitions[:5])
                + (f" and {counted - 5} more" if counted > 5 else "")
            )
        yield Problem(
            code="duplicate-endpoint",
            severity=Severity.WARNING if meeting else Severity.INFORMATION,
            message=message,
            folder=first.folder,
            file=first.file,
            span=first.name_span,
            related=tuple(_related(item) for item in others[:_MOST_PLACES]),
        )


def _meeting(definitions: Sequence[Served], name: str) -> list[Served]:
    """Return the functions of one name of which another one is deployed beside."""
    considered = definitions[:_MOST_PLACES]
    return [
        one
        for one in considered
        if any(
            one is not other
            and (
                one.function.unit == other.function.unit
                or are_deployed_together(one, other, name, name)
            )
            for other in considered
        )
    ]


def _related(function: Function) -> RelatedPlace:
    return RelatedPlace(
        file=function.file,
        folder=function.folder,
        span=function.name_span,
        message=f"`{function.qualified_name}` has the endpoint `{function.endpoint}`.",
    )


def _definitions(functions: Sequence[Function]) -> list[Function]:
    """Return one function for each place, in the order that was given."""
    places = {place_of(function): function for function in reversed(functions)}
    return list(reversed(places.values()))


def _problem(
    function: Function,
    first: Sequence[tuple[Function, RelatedPlace]],
    counted: int,
    *,
    usual: bool,
) -> Problem:
    others = [pair for pair in first if pair[0] is not function][:_MOST_RELATED]
    if usual:
        message = (
            f"Many units share the endpoint `{function.endpoint}`. Call this function "
            f"at `/{function.qualified_name}`."
        )
    else:
        named = ", ".join(f"`{other.qualified_name}`" for other, _ in others)
        more = counted - 1 - len(others)
        message = (
            f"Duplicate endpoint `{function.endpoint}`: also defined in {named}"
            + (f" and {more} more" if more > 0 else "")
            + ". Rename one, or set an endpoint name in `[tool.funclens.endpoints]`."
        )
    return Problem(
        code="duplicate-endpoint",
        severity=Severity.INFORMATION if usual else Severity.WARNING,
        message=message,
        folder=function.folder,
        file=function.file,
        span=function.name_span,
        related=tuple(place for _, place in others),
    )
