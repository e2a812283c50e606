"""Where a diagnostic's code is explained."""

from __future__ import annotations

import functools
from pathlib import Path

import funclens

__all__ = ["link_of"]


def link_of(code: str) -> str | None:
    """Return the address of the section on `code`; None when none is installed.

    The page travels with the package, so that it fits the version and opens
    without a network.
    """
    page = _page()
    return None if page is None else f"{page}#{code}"


@functools.cache
def _page() -> str | None:
    package = Path(funclens.__file__).resolve().parent
    for folder in (package / "docs", package.parent.parent / "docs" / "reference"):
        page = folder / "diagnostics.md"
        if page.is_file():
            return page.as_uri()
    return None
