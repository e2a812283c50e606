"""Build the catalog from facts: endpoints, routes, collisions, problems."""

from __future__ import annotations

from funclens.catalog.catalog import build_catalog
from funclens.catalog.listing import listing

__all__ = ["build_catalog", "listing"]
