"""Function lookup: which of a runner's functions a name means. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from funclens.catalog import nearest
from funclens.errors import UnknownFunctionError, UsageError
from funclens.model import Catalog, Certainty, Function, SignatureType, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["find_function", "functions_of", "named_route"]

_MOST_NAMES = 5


def functions_of(listing: Mapping[str, Any]) -> list[Function]:
    """Return the functions of a listing, as `/_funclens/functions` answers it."""
    return [_function(item) for item in listing["functions"]]


def find_function(
    functions: Sequence[Function], name: str, folders: Sequence[str]
) -> Function:
    """Return the function that has this endpoint, qualified name or unique prefix.

    Functions below one of the absolute folders are preferred. Raises
    UnknownFunctionError that names the ones that could be meant.
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


def named_route(catalog: Catalog, name: str) -> str:
    """Return the id of the function that a route's name means, for `--target`.

    Raises UsageError when it means none or several.
    """
    ids = catalog.routes.get(name, ())
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise UsageError(
            f"{len(ids)} functions are named '{name}'",
            hint=f"pass one of: {', '.join(ids)}",
        )
    near = nearest(catalog, name)[:3]
    advice = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    raise UsageError(
        f"no function named '{name}' for --target", hint=f"{advice}see 'funclens list'"
    )


def _matching(functions: Sequence[Function], word: str) -> list[Function]:
    """Return those of the first way in which any function fits."""
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
    routes = {
        key: (item.id,)
        for item in functions
        for key in (item.endpoint, item.qualified_name)
    }
    similar = nearest(Catalog(routes=routes), word)[:3]
    advice = f"did you mean {' or '.join(map(repr, similar))}? " if similar else ""
    return UnknownFunctionError(
        f"no function named '{word}'", hint=f"{advice}see 'funclens list'"
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
    )
