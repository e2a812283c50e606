"""The functions of the workspace as a client's views have them: all, then changes.

A client that asks for `funclens/functions` is sent `funclens/functionsChanged` from
then on. Each message has a revision; one that does not follow the last is a reason
to ask for all again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.catalog.listing import collision_json, function_json, listing

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.model import Catalog, Function

__all__ = ["FUNCTIONS_CHANGED", "FunctionsFeed"]

FUNCTIONS_CHANGED = "funclens/functionsChanged"

VERSION = 1
"""Of the difference; raised when the meaning of a field changes."""


class FunctionsFeed:
    """Remembers what the client has."""

    def __init__(self, send: Callable[[str, Any], None]) -> None:
        self._send = send
        self._sent: Catalog | None = None
        """None: nobody asked yet."""
        self._revision = 0

    def all(self, catalog: Catalog) -> dict[str, Any]:
        """Return all functions for a client that asks, and follow them from now on."""
        self.publish(catalog)
        self._sent = catalog
        return {**listing(catalog), "revision": self._revision}

    def publish(self, catalog: Catalog) -> None:
        """Send what is different from what was sent last, if anything is."""
        before = self._sent
        if before is None or before is catalog:
            return
        self._sent = catalog
        difference = _difference(before, catalog)
        if difference:
            self._revision += 1
            versions = {"version": VERSION, "revision": self._revision}
            self._send(FUNCTIONS_CHANGED, {**versions, **difference})


def _difference(before: Catalog, now: Catalog) -> dict[str, Any]:
    """Return `functions` that are new or changed, ids that are `removed`, `order`.

    `order` lists all ids, where they are others or stand in another order;
    `collisions` are all collisions, where they changed.
    """
    difference: dict[str, Any] = {}
    if now.collisions != before.collisions:
        difference["collisions"] = [collision_json(item) for item in now.collisions]
    if now.functions == before.functions:
        return difference
    old: dict[str, Function] = {item.id: item for item in before.functions}
    changed = [item for item in now.functions if _is_new(old.pop(item.id, None), item)]
    if changed:
        difference["functions"] = [function_json(item) for item in changed]
    if old:
        difference["removed"] = list(old)
    order = [item.id for item in now.functions]
    if order != [item.id for item in before.functions]:
        difference["order"] = order
    return difference


def _is_new(before: Function | None, now: Function) -> bool:
    if before is now:
        return False
    return before is None or function_json(before) != function_json(now)
