"""Convert between paths and `file:` URIs."""

from __future__ import annotations

import os
from pathlib import PurePath
from urllib.parse import unquote_to_bytes, urlsplit

from pygls.uris import to_fs_path

__all__ = ["path_of", "uri_of"]


def path_of(uri: str) -> str | None:
    """Return the absolute path of a `file:` URI; None for other schemes."""
    if not uri.startswith("file:"):
        return None
    if os.name == "posix":
        # Byte by byte, as file names are: `%FF` is a file that is there.
        quoted = urlsplit(uri).path.encode("utf-8", "surrogateescape")
        path: str | None = os.fsdecode(unquote_to_bytes(quoted))
    else:
        path = to_fs_path(uri)
    return os.path.normpath(path) if path else None


def uri_of(path: str) -> str:
    """Return the URI of an absolute path, percent-encoded byte by byte."""
    return PurePath(path).as_uri()
