"""Paths as scripts write them, with `/` on every system.

A shell would take the backslashes of Windows for escapes. `os.path.normpath` turns them
back where a path leads to a file.
"""

from __future__ import annotations

import os

__all__ = ["slashed"]


def slashed(path: str, separator: str = os.sep) -> str:
    """Return a path of this system as a script writes it."""
    return path if separator == "/" else path.replace(separator, "/")
