"""Convert between paths and `file:` URIs."""

from __future__ import annotations

import os
from pathlib import PurePath

from pygls.uris import to_fs_path

__all__ = ["path_of", "uri_of"]


def path_of(uri: str) -> str | None:
    """Return the absolute path of a `file:` URI; None for other schemes."""
    if not uri.startswith("file:"):
        return None
    path: str | None = to_fs_path(uri)
    return os.path.normpath(path) if path else None


def uri_of(path: str) -> str:
    """Return the URI of an absolute path, percent-encoded byte by byte."""
    return PurePath(path).as_uri()
