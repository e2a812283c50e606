"""`duplicate-endpoint`: functions that share an endpoint."""

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
"""Maximum number of other definitions in one problem in the editor."""

_MOST_COUNTED = 20
"""Maximum number of definitions that are counted in the message of one problem."""

_MOST_PLACES = 100
"""Maximum number of other definitions in one problem of `funclens check`."""

_MANY_UNITS = 5
"""If more units share a name, that is the convention of the workspace."""


def duplicate_endpoints(context: Context) -> Iterator[Problem]:
    """Yield one problem per definition for the editor, because local routes collide.

    If many units share a name that is never deployed, yield one mild problem per unit.
    """
    by_id = {served.function.id: served.function for served in context.served}
    for collision in context.collisions:
        sharing = [by_id[function] for function in collision.functions]
        units = {function.unit for function in sharing}
        deployed = sum(function.deployed_name is not None for function in sharing)
        usual = len(units) > _MANY_UNITS and deployed < 2
        definitions = _definitions(sharing)
        pairs = [(item, _related(item)) for item in definitions]
        reported: set[str] = set()
        for at, function in enumerate(definitions):
            if usual and function.unit in reported:
                continue
            reported.add(function.unit)
            others = _others(pairs, at)
            yield _problem(function, others, len(definitions), usual=usual)


def duplicates_in_production(context: Context) -> Iterator[Problem]:
    """Yield one problem per name for `funclens check`; a warning only with evidence.

    Evidence is that deploy files send two of the functions to one place, or that one
    unit contains both.
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
    """Return the functions of one name that are deployed to the same place."""
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
    """Return one function per definition, in the given order."""
    places = {place_of(function): function for function in reversed(functions)}
    return list(reversed(places.values()))


def _others(
    pairs: Sequence[tuple[Function, RelatedPlace]], at: int
) -> list[tuple[Function, RelatedPlace]]:
    """Return the definitions that a problem names: all, or those that follow.

    Hundreds of problems would change with the first ones, whenever a line moves there.
    """
    if len(pairs) <= _MOST_RELATED + 1:
        return [*pairs[:at], *pairs[at + 1 :]]
    return [
        pairs[place % len(pairs)] for place in range(at + 1, at + 1 + _MOST_RELATED)
    ]


def _more(count: int) -> str:
    """Return how many are not named; the exact number of many changes too often."""
    if count > _MOST_COUNTED:
        return " and many more"
    return f" and {count} more" if count > 0 else ""


def _problem(
    function: Function,
    others: Sequence[tuple[Function, RelatedPlace]],
    counted: int,
    *,
    usual: bool,
) -> Problem:
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
            + _more(more)
            + ". Rename one, or name an endpoint in the setting `endpoints`."
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
