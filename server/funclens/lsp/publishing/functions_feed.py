"""Feed of the workspace's functions for a client's views: all, then changes.

After a client requests `funclens/functions`, it is sent `funclens/functionsChanged`.
Each message has a revision; if one is missing, the client must request all functions
again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.catalog.collisions import reported_endpoints
from funclens.catalog.listing import listing
from funclens.lsp.publishing.functions_changes import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.model import Catalog

__all__ = ["FUNCTIONS_CHANGED", "FunctionsFeed"]

FUNCTIONS_CHANGED = "funclens/functionsChanged"


class FunctionsFeed:
    """Keeps track of what the client has received."""

    def __init__(self, send: Callable[[str, Any], None]) -> None:
        self._send = send
        self._sent: Catalog | None = None
        """None until the client makes a request."""
        self._reported: tuple[str, ...] = ()
        self._revision = 0
        self._version = 1

    @property
    def is_followed(self) -> bool:
        """Whether the client has asked for all functions."""
        return self._sent is not None

    def all(self, catalog: Catalog, version: int = 1) -> dict[str, Any]:
        """Return all functions and start sending changes in a form of VERSIONS."""
        self.publish(catalog)
        self._sent = catalog
        self._version = version
        self._reported = reported_endpoints(catalog)
        found = {
            **listing(catalog),
            "reported": [*self._reported],
            "revision": self._revision,
        }
        if version > 1:
            del found["problems"]  # such a client gets them as diagnostics
        return found

    def publish(self, catalog: Catalog) -> None:
        """Send what changed since the last message, if anything."""
        before = self._sent
        if before is None or before is catalog:
            return
        self._sent = catalog
        difference = VERSIONS[self._version](before, catalog)
        if catalog.problems is not before.problems:
            reported, self._reported = self._reported, reported_endpoints(catalog)
            if reported != self._reported:
                difference["reported"] = [*self._reported]
        if difference:
            self._revision += 1
            versions = {"version": self._version, "revision": self._revision}
            self._send(FUNCTIONS_CHANGED, {**versions, **difference})
