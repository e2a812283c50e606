"""Look up a function by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from funclens.errors import UnknownFunctionError
from funclens.model import Certainty, Function, SignatureType, Span
from funclens.requests.trigger_reading import options_of_json, triggers_of_json
from funclens.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["find_by_route", "find_function", "functions_of"]

_MOST_NAMES = 5


def functions_of(listing: Mapping[str, Any]) -> list[Function]:
    """Return the functions of a listing from `/_funclens/functions`."""
    return [_function(item) for item in listing["functions"]]


def find_function(
    functions: Sequence[Function], name: str, folders: Sequence[str]
) -> Function:
    """Return the function with this endpoint, qualified name or unique prefix.

    Functions in one of the absolute `folders` are preferred. Raises
    UnknownFunctionError with suggestions.
    """
    near = [
        item
        for item in functions
        if any(_path(item).is_relative_to(folder) for folder in folders)
    ]
    word = name.removeprefix("/")
    found = _matching(near, word) or _matching(functions, word)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(item.qualified_name for item in found[:_MOST_NAMES])
        more = f" and {len(found) - _MOST_NAMES} more" * (len(found) > _MOST_NAMES)
        raise UnknownFunctionError(
            f"{len(found)} functions match '{name}'",
            hint=f"use a qualified name: {names}{more}",
        )
    raise _unknown(functions, word)


def find_by_route(routes: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the id of the function with exactly this id or endpoint.

    `routes` are those of a catalog. Raises UnknownFunctionError with suggestions.
    """
    ids = routes.get(name, ())
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise UnknownFunctionError(
            f"{len(ids)} functions are named '{name}'",
            hint=f"use a qualified name: {', '.join(ids[:_MOST_NAMES])}",
        )
    raise UnknownFunctionError(
        f"no function named '{name}'",
        hint=did_you_mean(routes, name).strip() or "see 'funclens list'",
    )


def _matching(functions: Sequence[Function], word: str) -> list[Function]:
    """Return the matches by endpoint, else by qualified name, else by prefix."""
    return (
        [item for item in functions if item.qualified_name == word]
        or [item for item in functions if item.endpoint == word]
        or [
            item
            for item in functions
            if item.endpoint.startswith(word) or item.qualified_name.startswith(word)
        ]
    )


def _unknown(functions: Sequence[Function], word: str) -> UnknownFunctionError:
    if not functions:
        return UnknownFunctionError(
            f"no function named '{word}': the runner serves none",
            hint="see 'funclens list'",
        )
    names = [name for item in functions for name in (item.endpoint, item.id)]
    return UnknownFunctionError(
        f"no function named '{word}'",
        hint=f"{did_you_mean(names, word)}see 'funclens list'",
    )


def _path(function: Function) -> Path:
    return Path(function.folder, function.file)


def _function(item: Mapping[str, Any]) -> Function:
    span = Span(item["line"], item["column"], item["end_line"], 1)
    return Function(
        id=item["id"],
        name=item["name"],
        endpoint=item["endpoint"],
        deployed_name=item["deployed_name"],
        qualified_name=item["qualified_name"],
        route=item["route"],
        folder=item["folder"],
        source=item["source"],
        file=item["file"],
        span=span,
        name_span=span,
        signature_type=SignatureType(item["signature_type"]),
        is_async=item["is_async"],
        provider=item["provider"],
        trigger=item["trigger"],
        certainty=Certainty(item["certainty"]),
        evidence=tuple(item["evidence"]),
        unit=item["unit"],
        doc=item["doc"],
        triggers=triggers_of_json(item),
        options=options_of_json(item),
    )
