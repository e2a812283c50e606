"""Build the catalog: everything known about a workspace at one moment."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.catalog.collisions import collisions_of
from funclens.catalog.known_triggers import triggers_and_options
from funclens.catalog.names import Place, qualified_sources
from funclens.catalog.rules.context import Context, Served, Source
from funclens.discovery.cache import CacheKey
from funclens.model import Catalog, Function, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.discovery import FolderFacts, Found, SourceFacts, WorkspaceFacts
    from funclens.discovery.triggers.attached import Attached

__all__ = ["build_catalog"]

_CATALOGS: CacheKey[dict[tuple[bool, bool], Catalog]] = CacheKey()
_PLACE: CacheKey[Place] = CacheKey()
_UNITS: CacheKey[dict[str, tuple[Attached, Unit, list[Served]]]] = CacheKey()
"""Unit and functions of a source, by qualified name of the source.

They hold for the triggers that deploy files connected to functions then.
"""
_QUALIFIED: CacheKey[dict[str, Served]] = CacheKey()
"""Function with its qualified name as route, by id."""


def build_catalog(
    facts: WorkspaceFacts, *, problems: bool = True, in_production: bool = False
) -> Catalog:
    """Return the functions, units, collisions, problems and routes of a workspace.

    Without `problems` there are none; finding them takes longer than the rest.
    `in_production` leaves out problems that only affect the local runner. The same
    facts give the same catalog object.
    """
    catalogs = facts.cache.get(_CATALOGS) or facts.cache.keep(_CATALOGS, {})
    kept = catalogs.get((problems, in_production))
    if kept is None:
        kept = _build(facts, problems=problems, in_production=in_production)
        catalogs[problems, in_production] = kept
    return kept


def _build(facts: WorkspaceFacts, *, problems: bool, in_production: bool) -> Catalog:
    placed = [
        (folder, source, _place(folder, source))
        for folder in facts.folders
        for source in folder.sources
    ]
    names = qualified_sources(place for _, _, place in placed)
    served: list[Served] = []
    units: list[Unit] = []
    for folder, source, place in placed:
        unit, own = _of_source(folder, source, place, names[place])
        served += own
        units.append(unit)
    routes = _routes(served)
    served = [_with_route(item, routes) for item in served]
    functions = tuple(item.function for item in served)
    collisions = collisions_of(functions)
    catalog = Catalog(
        functions=functions,
        units=tuple(units),
        collisions=collisions,
        problems=(),
        routes=routes,
    )
    if not problems:
        return catalog
    from funclens.catalog.rules.table import problems_of  # noqa: PLC0415 - see above

    context = Context(facts, served, collisions)
    found, notes = problems_of(context, in_production=in_production)
    return replace(catalog, problems=found, notes=notes)


def _place(folder: FolderFacts, source: SourceFacts) -> Place:
    return source.cache.get(_PLACE) or source.cache.keep(
        _PLACE, Place(folder.folder, _relative(source.source, folder.folder))
    )


def _relative(path: str, folder: str) -> str:
    return path[len(folder) + 1 :].replace(os.sep, "/")


def _of_source(
    folder: FolderFacts, facts: SourceFacts, place: Place, name: str
) -> tuple[Unit, list[Served]]:
    """Return the unit of a source and its functions, cached with its facts."""
    units = facts.cache.get(_UNITS) or facts.cache.keep(_UNITS, {})
    kept = units.get(name)
    if kept is None or kept[0] is not folder.attached:
        source = Source(folder, facts)
        own = [
            Served(_function(folder, place, name, found), found, source)
            for found in facts.functions
        ]
        unit = _unit(facts, place, name, [item.function for item in own])
        kept = units[name] = (folder.attached, unit, own)
    return kept[1:]


def _unit(
    facts: SourceFacts, place: Place, unit: str, functions: Iterable[Function]
) -> Unit:
    return Unit(
        id=unit,
        folder=place.folder,
        root=os.path.dirname(facts.source),
        source=facts.source,
        functions=tuple(function.id for function in functions),
    )


def _function(folder: FolderFacts, place: Place, unit: str, found: Found) -> Function:
    qualified_name = f"{unit}.{found.name}"
    deployed_name = folder.settings.endpoints.get(qualified_name) or next(
        iter(found.deployed_names), None
    )
    registration = found.registration
    triggers, options = triggers_and_options(folder, qualified_name, found)
    return Function(
        id=qualified_name,
        name=found.name,
        endpoint=deployed_name or found.name,
        deployed_name=deployed_name,
        qualified_name=qualified_name,
        route=f"/{deployed_name or found.name}",
        folder=place.folder,
        source=place.path,
        file=_relative(found.path, place.folder),
        span=found.placed.span,
        name_span=found.placed.name_span,
        signature_type=registration.signature_type,
        is_async=registration.is_async,
        provider=registration.provider,
        trigger=registration.trigger,
        certainty=found.certainty,
        evidence=found.evidence,
        unit=unit,
        doc=found.definition.doc,
        runtime=next(filter(None, (it.runtime for it in found.deployments)), ""),
        triggers=triggers,
        options=options,
        generation=next(
            filter(None, (it.generation for it in found.deployments)), None
        ),
    )


def _routes(served: Iterable[Served]) -> dict[str, tuple[str, ...]]:
    """Return the function ids that each first path segment may refer to.

    A qualified name always refers to its function, even if another function uses it
    as its endpoint.
    """
    routes: dict[str, tuple[str, ...]] = {}
    for item in served:
        function = item.function
        routes[function.endpoint] = (*routes.get(function.endpoint, ()), function.id)
        if item.found.deployed_names:
            for name in dict.fromkeys(item.found.deployed_names):
                if name != function.endpoint:
                    routes[name] = (*routes.get(name, ()), function.id)
    for item in served:
        routes[item.function.qualified_name] = (item.function.id,)
    return routes


def _with_route(served: Served, routes: dict[str, tuple[str, ...]]) -> Served:
    """Return the function, with its qualified name as route if needed."""
    function = served.function
    if routes[function.endpoint] == (function.id,):
        return served
    cache = served.source.facts.cache
    qualified = cache.get(_QUALIFIED) or cache.keep(_QUALIFIED, {})
    kept = qualified.get(function.id)
    if kept is None:
        longer = replace(function, route=f"/{function.qualified_name}")
        kept = qualified[function.id] = replace(served, function=longer)
    return kept
