"""The workspace folders of a command line, each with the settings in force."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from funclens.cli import messages
from funclens.errors import FolderError, SettingsError
from funclens.settings import Settings, from_pyproject, merge, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["workspace_folders"]


def workspace_folders(
    names: Sequence[str],
    flags: Mapping[str, Any] | None = None,
    editor: str | None = None,
) -> dict[str, Settings]:
    """Map absolute folders to their settings, in the order of the command line.

    `flags` are settings of the command line by key; None means not given.
    `editor` is a JSON list with an editor's settings for each folder. Invalid
    settings in pyproject.toml are ignored with a warning. Raises FolderError for
    a name that is not a folder, SettingsError for a flag's invalid value.
    """
    from_flags = parse(flags or {}, source="command line")
    if from_flags.complaints:
        raise SettingsError("\n".join(from_flags.complaints))
    from_editor = _from_json(editor) if editor else [{}] * len(names)
    found: dict[str, Settings] = {}
    for name, values in zip(names, from_editor, strict=True):
        # Not by pathlib: its import takes as long as a walk of hundreds of folders.
        folder = os.path.realpath(os.path.expanduser(name))  # noqa: PTH111
        if not os.path.isdir(folder):  # noqa: PTH112
            raise _not_a_folder(name, folder)
        table = from_pyproject(folder)
        for complaint in table.complaints:
            messages.warning(complaint)
        found[folder] = merge(table, parse(values, source="editor"), from_flags)
    return found


def _from_json(editor: str) -> list[dict[str, Any]]:
    import json  # noqa: PLC0415  # of editors alone

    found: list[dict[str, Any]] = json.loads(editor)
    return found


def _not_a_folder(name: str, path: str) -> FolderError:
    if os.path.exists(path):  # noqa: PTH110
        above = os.path.dirname(name) or "."  # noqa: PTH120
        return FolderError(
            f"not a folder: '{name}'", hint=f"pass its folder: '{above}'"
        )
    return FolderError(f"no such folder: '{path}'")
