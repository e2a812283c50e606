"""Convert between paths and `file:` URIs."""

from __future__ import annotations

import ntpath
import os
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import unquote, unquote_to_bytes, urlsplit

__all__ = ["path_of", "uri_of"]

_VERBATIM = "\\\\?\\"
"""What paths of more than 260 characters may begin with on Windows."""


def path_of(uri: str, os_name: str = os.name) -> str | None:
    """Return the absolute path of a `file:` URI; None for other schemes."""
    if not uri.startswith("file:"):
        return None
    if os_name == "nt":
        return _windows_path(uri)
    # Byte by byte, as file names are: `%FF` is a file that is there.
    quoted = urlsplit(uri).path.encode("utf-8", "surrogateescape")
    path = os.fsdecode(unquote_to_bytes(quoted))
    return os.path.normpath(path) if path else None


def uri_of(path: str, os_name: str = os.name) -> str:
    """Return the URI of an absolute path, percent-encoded byte by byte."""
    if os_name != "nt":
        return PurePosixPath(path).as_uri()
    plain = path.removeprefix(_VERBATIM)
    if plain != path and plain.startswith("UNC\\"):
        plain = f"\\\\{plain[4:]}"
    return PureWindowsPath(plain).as_uri()


def _windows_path(uri: str) -> str | None:
    r"""Return a path with a drive, in lower case as editors write it, or of a server.

    `file:///c%3A/a` and `file:///C:/a` are `c:\a`, `file://server/share/a` is
    `\\server\share\a`.
    """
    parts = urlsplit(uri)
    path = unquote(parts.path)
    if parts.netloc and parts.netloc.lower() != "localhost":
        return ntpath.normpath(f"//{unquote(parts.netloc)}{path}")
    if path[:1] == "/" and path[2:3] in {":", "|"}:
        path = f"{path[1].lower()}:{path[3:] or ntpath.sep}"
    return ntpath.normpath(path) if path else None
