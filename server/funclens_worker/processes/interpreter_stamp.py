"""Detects changes of an interpreter and its installed packages.

The zygote checks before it imports anything, the front door before each launch.
"""

from __future__ import annotations

import os
from typing import Iterable, List, Mapping

Stamps = Mapping[str, List[int]]
"""Maps the path of a folder or program to values that change with it."""


def stamps_of(paths: Iterable[str]) -> Stamps:
    """Return the stamps of absolute paths; empty for missing ones."""
    return {path: _stamp(path) for path in paths}


def have_changed(stamps: Stamps) -> bool:
    """Return whether anything has changed since the stamps were made."""
    return any(_stamp(path) != was for path, was in stamps.items())


def _stamp(path: str) -> List[int]:
    try:
        found = os.stat(path)
    except OSError:
        return []
    return [found.st_mtime_ns, found.st_ino]
