"""Saves of files that a runner may be loading at the same moment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["save_at_once"]


def save_at_once(path: Path, text: str) -> None:
    """Replace a file in one step, so that nobody reads it while it is empty."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, "utf-8")
    os.replace(beside, path)  # noqa: PTH105 - its point is the one step
