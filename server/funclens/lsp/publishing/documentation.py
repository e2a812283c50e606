"""Links to the documentation of diagnostic codes."""

from __future__ import annotations

import functools
from pathlib import Path

import funclens

__all__ = ["link_of"]


def link_of(code: str) -> str | None:
    """Return the URL of the section on `code`, or None if it isn't installed.

    The page is part of the package, so it matches the version and works offline.
    """
    page = _page()
    return None if page is None else f"{page}#{code}"


@functools.cache
def _page() -> str | None:
    package = Path(funclens.__file__).resolve().parent
    for folder in (package, package.parent.parent):  # installed, or a checkout
        page = folder / "docs" / "reference" / "diagnostics.md"
        if page.is_file():
            return page.as_uri()
    return None
