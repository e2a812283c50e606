"""Choose what of a catalog is exported, and refuse what can't be deployed."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.discovery.triggers.attached import service_name
from funclens.errors import UsageError
from funclens.export.exported import Exported
from funclens.export.function_wiring import wiring_of
from funclens.model import SignatureType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from funclens.model import Catalog, Function

__all__ = ["exported_functions"]

_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?", re.ASCII)
"""Names of functions; https://cloud.google.com/functions/docs/deploy."""
_MOST_SHOWN = 5


def exported_functions(
    catalog: Catalog, base: str, *, as_services: bool = False
) -> tuple[Exported, ...]:
    """Return the functions of a catalog with paths relative to the folder `base`.

    With `as_services`, they are deployed as services that take CloudEvents, and spelled
    like those. Raises UsageError for names that can't be deployed or that two functions
    share.
    """
    roots = {unit.id: unit.root for unit in catalog.units}
    functions = _once(catalog.functions, roots)
    by_name: dict[str, list[Function]] = {}
    for function in functions:
        name = function.endpoint
        name = service_name(name) if as_services else name
        by_name.setdefault(name, []).append(function)
    for name, sharing in by_name.items():
        _refuse(name, sharing)
    return tuple(
        _exported(function, roots[function.unit], base, as_services=as_services)
        for function in functions
    )


def _once(functions: Iterable[Function], roots: Mapping[str, str]) -> list[Function]:
    """Return the functions, each definition once for each name.

    Of the units that serve the same definition, the outermost one is deployed: it
    contains what it imports.
    """
    found: dict[tuple[object, ...], Function] = {}
    for function in functions:
        key = (function.folder, function.file, function.name_span, function.endpoint)
        before = found.get(key)
        if before is None or len(roots[function.unit]) < len(roots[before.unit]):
            found[key] = function
    return list(found.values())


def _exported(
    function: Function, root: str, base: str, *, as_services: bool
) -> Exported:
    is_event = function.signature_type is SignatureType.EVENT
    generation = function.generation or (1 if is_event else 2)
    return Exported(
        function,
        os.path.relpath(root, base).replace(os.sep, "/"),
        function.source.rpartition("/")[2],
        2 if as_services else generation,
        wiring_of(function, over_eventarc=as_services),
    )


def _refuse(name: str, sharing: list[Function]) -> None:
    function = sharing[0]
    where = "`[tool.funclens.endpoints]` in pyproject.toml"
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"'{name}' ({function.file}:{function.span.line}) is not a valid name for "
            "a deployed function",
            hint=f'set one in {where}: "{function.id}" = "a-valid-name"',
        )
    if len(sharing) > 1:
        places = ", ".join(_places(sharing))
        raise UsageError(
            f"{len(sharing)} functions would be deployed as '{name}': {places}",
            hint=f'name them in {where}, such as "{sharing[-1].id}" = "another-name"',
        )


def _places(functions: Iterable[Function]) -> list[str]:
    found = [f"{item.id} ({item.file}:{item.span.line})" for item in functions]
    more = len(found) - _MOST_SHOWN
    return found[:_MOST_SHOWN] + ([f"{more} more"] if more > 0 else [])
