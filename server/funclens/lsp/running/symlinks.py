"""Translate the runner's paths to those of the editor.

The runner reports real paths. A folder that was opened through a symbolic link must
keep the editor's path, or results wouldn't appear in the open files.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["as_opened", "linked_folders"]


def linked_folders(folders: Iterable[str]) -> dict[str, str]:
    """Return real path to opened path, for folders where they differ."""
    real = {os.path.realpath(folder): folder for folder in folders}
    return {path: folder for path, folder in real.items() if path != folder}


def as_opened(event: Mapping[str, Any], linked: Mapping[str, str]) -> dict[str, Any]:
    """Return an event with its error's paths as the editor knows them."""
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
