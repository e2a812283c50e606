"""Public names: facts in, endpoints, routes and collisions out."""

from __future__ import annotations

from funclens.catalog.catalog import build_catalog
from funclens.catalog.listing import listing

__all__ = ["build_catalog", "listing"]
