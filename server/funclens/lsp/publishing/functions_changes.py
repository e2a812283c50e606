"""What changed from one catalog to the next, as a client is sent it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.catalog.listing import collision_json, function_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from funclens.model import Catalog, Collision, Function

__all__ = ["VERSIONS"]

_LINES = {"line", "end_line"}
"""Fields that an edit above a function changes."""


def _with_all_ids(before: Catalog, now: Catalog) -> dict[str, Any]:
    """Return new or changed `functions`, `removed` ids, and `order`.

    `order` lists all ids if they or their order changed; `collisions` lists all
    collisions if they changed.
    """
    difference: dict[str, Any] = {}
    if now.collisions != before.collisions:
        difference["collisions"] = [collision_json(item) for item in now.collisions]
    if now.functions == before.functions:
        return difference
    changed, removed = _changed(before, now)
    if changed:
        difference["functions"] = [item for _, item in changed]
    if removed:
        difference["removed"] = removed
    order = [item.id for item in now.functions]
    if order != [item.id for item in before.functions]:
        difference["order"] = order
    return difference


def _with_places(before: Catalog, now: Catalog) -> dict[str, Any]:
    """Return what changed in a size that doesn't depend on the workspace's.

    `moved` has the lines of functions that are otherwise the same; `placed` are the
    ids between those whose order is the same, after the id `after`.
    """
    difference: dict[str, Any] = {}
    if now.collisions != before.collisions:
        difference["collided"] = _collided(before.collisions, now.collisions)
    if now.functions == before.functions:
        return difference
    changed, removed = _changed(before, now)
    moved = [item for known, item in changed if known and _is_moved(known, item)]
    others = [
        item for known, item in changed if not known or not _is_moved(known, item)
    ]
    if others:
        difference["functions"] = others
    if moved:
        difference["moved"] = [
            {name: item[name] for name in ("id", *sorted(_LINES))} for item in moved
        ]
    if removed:
        difference["removed"] = removed
    gone = set(removed)
    kept = [item.id for item in before.functions if item.id not in gone]
    placed = _placed(kept, [item.id for item in now.functions])
    if placed:
        difference["placed"] = placed
    return difference


VERSIONS: Mapping[int, Callable[[Catalog, Catalog], dict[str, Any]]] = {
    1: _with_all_ids,
    2: _with_places,
}
"""By the `version` that a client asks for."""


def _changed(
    before: Catalog, now: Catalog
) -> tuple[list[tuple[dict[str, Any] | None, dict[str, Any]]], list[str]]:
    """Return new or changed functions, each after what it was, and removed ids."""
    old: dict[str, Function] = {item.id: item for item in before.functions}
    changed: list[tuple[dict[str, Any] | None, dict[str, Any]]] = []
    for item in now.functions:
        known = old.pop(item.id, None)
        if known is item:
            continue
        was = None if known is None else function_json(known)
        is_now = function_json(item)
        if was != is_now:
            changed.append((was, is_now))
    return changed, list(old)


def _is_moved(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Return whether nothing but lines differ."""
    return all(
        before[name] == value for name, value in now.items() if name not in _LINES
    )


def _placed(before: Sequence[str], now: Sequence[str]) -> dict[str, Any] | None:
    """Return the part of `now` that differs, and the id in front of it."""
    if before == now:
        return None
    start, end = 0, 0
    shorter = min(len(before), len(now))
    while start < shorter and before[start] == now[start]:
        start += 1
    while end < shorter - start and before[-1 - end] == now[-1 - end]:
        end += 1
    after = now[start - 1] if start else None
    return {"after": after, "ids": [*now[start : len(now) - end]]}


def _collided(
    before: Sequence[Collision], now: Sequence[Collision]
) -> list[dict[str, Any]]:
    """Return which functions now share an endpoint, and which no longer do."""
    old = {item.endpoint: set(item.functions) for item in before}
    new = {item.endpoint: set(item.functions) for item in now}
    changes = []
    for endpoint in [*new, *(name for name in old if name not in new)]:
        was, is_now = old.get(endpoint, set()), new.get(endpoint, set())
        if was != is_now:
            change = {"added": sorted(is_now - was), "removed": sorted(was - is_now)}
            changes.append({"endpoint": endpoint, **change})
    return changes
