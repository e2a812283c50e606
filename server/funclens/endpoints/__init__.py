"""Public names: facts in, endpoints, routes, collisions and manifests out."""

from __future__ import annotations

from funclens.endpoints.catalog import build_catalog
from funclens.endpoints.listing import listing
from funclens.endpoints.manifest import build_manifest
from funclens.endpoints.nearest import nearest

__all__ = ["build_catalog", "build_manifest", "listing", "nearest"]
