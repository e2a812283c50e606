"""Feed of the workspace's functions for a client's views: all, then changes.

After a client requests `funclens/functions`, it is sent `funclens/functionsChanged`.
Each message has a revision; if one is missing, the client must request all functions
again.
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
"""Version of the change format; increases when a field changes its meaning."""


class FunctionsFeed:
    """Keeps track of what the client has received."""

    def __init__(self, send: Callable[[str, Any], None]) -> None:
        self._send = send
        self._sent: Catalog | None = None
        """None until the client makes a request."""
        self._revision = 0

    def all(self, catalog: Catalog) -> dict[str, Any]:
        """Return all functions and start sending changes."""
        self.publish(catalog)
        self._sent = catalog
        return {**listing(catalog), "revision": self._revision}

    def publish(self, catalog: Catalog) -> None:
        """Send what changed since the last message, if anything."""
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
    """Return new or changed `functions`, `removed` ids, and `order`.

    `order` lists all ids if they or their order changed; `collisions` lists all
    collisions if they changed.
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
