"""Public names: facts in, endpoints, routes, collisions and manifests out."""

from __future__ import annotations

from funclens.catalog.catalog import build_catalog
from funclens.catalog.listing import listing
from funclens.catalog.manifest import build_manifest
from funclens.catalog.suggest import nearest

__all__ = ["build_catalog", "build_manifest", "listing", "nearest"]
