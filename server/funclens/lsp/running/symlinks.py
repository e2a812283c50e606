"""Paths of the runner as the editor knows them.

The runner names real paths. A folder that the editor reached by a symbolic link
keeps the editor's name for it, or nothing could be shown in the open file.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["as_opened", "linked_folders"]


def linked_folders(folders: Iterable[str]) -> dict[str, str]:
    """Return real path to opened path of the folders in which they differ."""
    real = {os.path.realpath(folder): folder for folder in folders}
    return {path: folder for path, folder in real.items() if path != folder}


def as_opened(event: Mapping[str, Any], linked: Mapping[str, str]) -> dict[str, Any]:
    """Return an event with the places of its error as the editor has them."""
    changed = dict(event)
    for name in ("failure", "error"):
        error = changed.get(name)
        if isinstance(error, dict) and linked:
            changed[name] = {
                **error,
                "file": _path(error.get("file"), linked),
                "traceback": _text(error.get("traceback") or "", linked),
            }
    return changed


def _path(path: str | None, linked: Mapping[str, str]) -> str | None:
    for real, opened in linked.items():
        if path and path.startswith(real + os.sep):
            return opened + path[len(real) :]
    return path


def _text(text: str, linked: Mapping[str, str]) -> str:
    for real, opened in linked.items():
        text = text.replace(f'File "{real}{os.sep}', f'File "{opened}{os.sep}')
    return text
