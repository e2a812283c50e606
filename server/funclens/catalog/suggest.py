"""Which functions a person may have meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funclens.model import Catalog

__all__ = ["nearest"]

_MOST = 5
_ALIKE = 0.5
"""From 0 (nothing in common) to 1 (equal)."""


def nearest(catalog: Catalog, name: str) -> list[str]:
    """Return at most five routes' names that resemble `name`, the nearest first."""
    by_folded: dict[str, str] = {}
    for route in catalog.routes:
        by_folded.setdefault(_folded(route), route)
    found = difflib.get_close_matches(_folded(name), by_folded, _MOST, _ALIKE)
    return [by_folded[folded] for folded in found]


def _folded(name: str) -> str:
    return name.lower().replace("-", "_")
