"""The workspace folders of a command line, each with the settings in force."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    """Return absolute folder to settings, in the order of the command line.

    `flags` are settings of the command line by their key; None means not given.
    `editor` is a JSON list with the settings of an editor for each folder.
    What pyproject.toml has wrong is said on stderr and left out. Raises
    FolderError for what is no folder, SettingsError for a flag's bad value.
    """
    from_flags = parse(flags or {}, source="command line")
    if from_flags.complaints:
        raise SettingsError("\n".join(from_flags.complaints))
    from_editor = json.loads(editor) if editor else [{}] * len(names)
    found: dict[str, Settings] = {}
    for name, values in zip(names, from_editor, strict=True):
        folder = Path(name).expanduser().resolve()
        if not folder.is_dir():
            raise FolderError(_no_folder(name, folder))
        table = from_pyproject(folder)
        for complaint in table.complaints:
            print(f"funclens: {complaint}", file=sys.stderr)  # noqa: T201
        found[str(folder)] = merge(table, parse(values, source="editor"), from_flags)
    return found


def _no_folder(name: str, path: Path) -> str:
    if path.exists():
        return (
            "Functions are found in folders. Name the one that this file is in: "
            f"{Path(name).parent}"
        )
    return f"There is no such folder. It was looked for at: {path}"
