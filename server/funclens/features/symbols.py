"""Workspace symbols: search endpoints by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.features.snapshot import absolute

if TYPE_CHECKING:
    from funclens.features.position_encoding import Places
    from funclens.features.snapshot import Snapshot

__all__ = ["workspace_symbols"]


def workspace_symbols(
    snapshot: Snapshot,
    query: str,
    places: Places,
) -> list[types.WorkspaceSymbol]:
    """Return the endpoints that contain the query's characters in order.

    Searches qualified names, too; an empty query matches all.
    """
    found = []
    for function in snapshot.catalog.functions:
        if _matches(query, function.endpoint) or _matches(
            query, function.qualified_name
        ):
            path = absolute(function.folder, function.file)
            found.append(
                types.WorkspaceSymbol(
                    name="/" + function.endpoint,
                    kind=types.SymbolKind.Function,
                    container_name=function.qualified_name,
                    location=places.location(path, function.name_span),
                )
            )
    return found


def _matches(query: str, name: str) -> bool:
    characters = iter(name.casefold())
    return all(char in characters for char in query.casefold().lstrip("/"))
