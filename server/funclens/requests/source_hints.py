"""Read a function's module for hints about the events it expects."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.regular_file import read_regular
from funclens.requests.samples import Hints, hints_of

if TYPE_CHECKING:
    from funclens.model import Function

__all__ = ["source_hints"]


def source_hints(function: Function) -> Hints:
    """Return the hints in a function's file; none if it can't be read."""
    path = Path(function.folder, function.file)
    return _hints(str(path), function.span.line, _changed_at(path))


@functools.lru_cache(maxsize=4_096)
def _hints(path: str, line: int, _changed: int) -> Hints:
    try:
        return hints_of(read_regular(path).decode(), line)
    except (OSError, UnicodeDecodeError):
        return Hints()


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return -1
