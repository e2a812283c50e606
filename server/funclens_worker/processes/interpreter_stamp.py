"""Tells whether an interpreter and what is installed there are still the same.

The zygote looks before it imports anything, the front door before each launch.
"""

from __future__ import annotations

import os
from typing import Iterable, List, Mapping

Stamps = Mapping[str, List[int]]
"""Path of a folder or a program to what differs when that has changed."""


def stamps_of(paths: Iterable[str]) -> Stamps:
    """Return the stamps of paths, absolute; an empty one for what is not there."""
    return {path: _stamp(path) for path in paths}


def have_changed(stamps: Stamps) -> bool:
    """Tell whether something is not as it was when the stamps were made."""
    return any(_stamp(path) != was for path, was in stamps.items())


def _stamp(path: str) -> List[int]:
    try:
        found = os.stat(path)
    except OSError:
        return []
    return [found.st_mtime_ns, found.st_ino]
