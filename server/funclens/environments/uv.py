"""Finds uv."""

from __future__ import annotations

import os
import shutil

__all__ = ["find_uv"]

_UV_FOLDERS = ("~/.local/bin", "~/.cargo/bin")
"""Where uv's installers put it; an editor's PATH may lack them."""


def find_uv() -> str | None:
    """Return the path of uv, or None if it isn't installed."""
    found = shutil.which("uv")
    if found:
        return found
    folders = [os.path.expanduser(folder) for folder in _UV_FOLDERS]  # noqa: PTH111
    return shutil.which("uv", path=os.pathsep.join(folders))
