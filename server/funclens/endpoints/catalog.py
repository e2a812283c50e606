"""Everything that is known of a workspace at one moment, as one value."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.endpoints.collisions import collisions_of
from funclens.endpoints.naming import Source, qualified_sources
from funclens.endpoints.problems import problems_of
from funclens.model import Catalog, Function, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.index import FolderFacts, Found, SourceFacts, WorkspaceFacts

__all__ = ["build_catalog"]


def build_catalog(facts: WorkspaceFacts) -> Catalog:
    """Return the functions, units, collisions, problems and routes of a workspace."""
    placed = [
        (folder, source, Source(folder.folder, _relative(source.source, folder.folder)))
        for folder in facts.folders
        for source in folder.sources
    ]
    names = qualified_sources(source for _, _, source in placed)
    functions: list[Function] = []
    units: list[Unit] = []
    for folder, source_facts, source in placed:
        unit = names[source]
        own = [
            _function(folder, source, unit, found) for found in source_facts.functions
        ]
        functions += own
        units.append(_unit(source_facts, source, unit, own))
    routes = _routes(functions)
    served = tuple(_with_route(function, routes) for function in functions)
    collisions = collisions_of(served)
    return Catalog(
        functions=served,
        units=tuple(units),
        collisions=collisions,
        problems=problems_of(facts, served, collisions),
        routes=routes,
    )


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")


def _unit(
    facts: SourceFacts, source: Source, unit: str, functions: Iterable[Function]
) -> Unit:
    return Unit(
        id=unit,
        folder=source.folder,
        root=os.path.dirname(facts.source),
        source=facts.source,
        functions=tuple(function.id for function in functions),
    )


def _function(folder: FolderFacts, source: Source, unit: str, found: Found) -> Function:
    qualified_name = f"{unit}.{found.name}"
    deployed_name = folder.settings.endpoints.get(qualified_name) or next(
        iter(found.deployed_names), None
    )
    registration = found.registration
    return Function(
        id=qualified_name,
        name=found.name,
        endpoint=deployed_name or found.name,
        deployed_name=deployed_name,
        qualified_name=qualified_name,
        route="",
        folder=source.folder,
        source=source.path,
        file=_relative(found.path, source.folder),
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
    )


def _routes(functions: Iterable[Function]) -> dict[str, tuple[str, ...]]:
    """Return what each first path segment could mean.

    A qualified name always means its function, even where another function has
    it for its endpoint.
    """
    routes: dict[str, tuple[str, ...]] = {}
    for function in functions:
        routes[function.endpoint] = (*routes.get(function.endpoint, ()), function.id)
    for function in functions:
        routes[function.qualified_name] = (function.id,)
    return routes


def _with_route(function: Function, routes: dict[str, tuple[str, ...]]) -> Function:
    clear = routes[function.endpoint] == (function.id,)
    name = function.endpoint if clear else function.qualified_name
    return replace(function, route=f"/{name}")
