"""The workspace folders of a command line, each with the settings in force."""

from __future__ import annotations

import json
from pathlib import Path
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
    from_editor = json.loads(editor) if editor else [{}] * len(names)
    found: dict[str, Settings] = {}
    for name, values in zip(names, from_editor, strict=True):
        folder = Path(name).expanduser().resolve()
        if not folder.is_dir():
            raise _not_a_folder(name, folder)
        table = from_pyproject(folder)
        for complaint in table.complaints:
            messages.warning(complaint)
        found[str(folder)] = merge(table, parse(values, source="editor"), from_flags)
    return found


def _not_a_folder(name: str, path: Path) -> FolderError:
    if path.exists():
        return FolderError(
            f"not a folder: '{name}'", hint=f"pass its folder: '{Path(name).parent}'"
        )
    return FolderError(f"no such folder: '{path}'")
