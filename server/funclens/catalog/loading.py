"""Which units load a module: the source itself, or what it imports, also indirectly."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.catalog.rules.context import Source
from funclens.discovery.cache import CacheKey
from funclens.discovery.syntax.statements import Condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery import FolderFacts, SourceFacts, WorkspaceFacts
    from funclens.discovery.resolve.facts import Module
    from funclens.model import Catalog

__all__ = ["units_loading"]

_LOADED: CacheKey[frozenset[str]] = CacheKey()


def units_loading(
    facts: WorkspaceFacts, catalog: Catalog, path: str
) -> tuple[str, ...]:
    """Return the ids of the units that load the module at an absolute path.

    `catalog` is built from these facts. Imports for type checkers don't count.
    """
    units = {unit.source: unit.id for unit in catalog.units}
    return tuple(
        units[source.source]
        for folder in facts.folders
        if path.startswith(folder.folder + os.sep)
        for source in folder.sources
        if source.source in units and path in _loaded(folder, source)
    )


def _loaded(folder: FolderFacts, facts: SourceFacts) -> frozenset[str]:
    """Return the paths of a source and its modules, cached with its facts."""
    return facts.cache.get(_LOADED) or facts.cache.keep(
        _LOADED, frozenset(_paths(Source(folder, facts)))
    )


def _paths(source: Source) -> Iterator[str]:
    seen: set[str] = set()
    pending: list[Module] = [source.facts.module]
    while pending:
        module = pending.pop()
        if module.path in seen:
            continue
        seen.add(module.path)
        yield module.path
        for placed in module.imports:
            if placed.binding.condition is not Condition.TYPING:
                pending += source.imported(module, placed)
