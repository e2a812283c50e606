"""Settings of workspace folders: flags override the editor, then pyproject.toml.

A runner re-reads them while it runs. If a pyproject.toml can't be read then, its last
settings are kept.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.errors import FolderError, SettingsError
from funclens.settings_parser import Parsed, from_pyproject, merge, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from funclens.settings import Settings

__all__ = ["FolderSettings", "ProjectSettings"]


class ProjectSettings:
    """Reads `[tool.funclens]` of folders repeatedly.

    If a pyproject.toml can't be read, its last settings are kept, because it is
    probably being edited.
    """

    def __init__(self) -> None:
        self._last: dict[str, Parsed] = {}

    def read(self, folder: str) -> Parsed:
        """Return the settings of a folder, and complaints about its file."""
        found = from_pyproject(folder)
        if not found.is_readable and folder in self._last:
            found = replace(self._last[folder], complaints=found.complaints)
        self._last[folder] = found
        return found


class FolderSettings:
    """Reads the settings of workspace folders."""

    def __init__(
        self,
        names: Sequence[str],
        flags: Mapping[str, Any] | None = None,
        editor: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Set the folders and the sources of settings other than pyproject.toml.

        `flags` are command line settings by key; None means not given. `editor` holds
        an editor's settings for each folder. Raises FolderError if a name isn't a
        folder, SettingsError for an invalid flag.
        """
        self.folders = tuple(_folder(name) for name in names)
        """Absolute, in command line order."""
        self.complaints: tuple[str, ...] = ()
        """Complaints about the settings as last read."""
        self._flags = parse(flags or {}, source="command line")
        if self._flags.complaints:
            raise SettingsError("\n".join(self._flags.complaints))
        self._editor = self._checked(editor)
        self._projects = ProjectSettings()

    def use_editor(self, editor: Sequence[Mapping[str, Any]]) -> None:
        """Replace the editor's settings. Raises SettingsError."""
        self._editor = self._checked(editor)

    def read(self) -> dict[str, Settings]:
        """Return the resolved settings by absolute folder."""
        complaints: list[str] = []
        found = {}
        for folder, editor in zip(self.folders, self._editor, strict=True):
            project = self._projects.read(folder)
            complaints += project.complaints
            own = parse(editor, source="editor")
            found[folder] = merge(project, own, self._flags)
        self.complaints = tuple(complaints)
        return found

    def _checked(
        self, editor: Sequence[Mapping[str, Any]] | None
    ) -> Sequence[Mapping[str, Any]]:
        if editor is None:
            return [{}] * len(self.folders)
        if len(editor) != len(self.folders):
            raise SettingsError(
                f"the editor sent settings for {len(editor)} folders, the runner "
                f"serves {len(self.folders)}"
            )
        return editor


def _folder(name: str) -> str:
    # Importing pathlib takes as long as walking hundreds of folders.
    path = os.path.realpath(os.path.expanduser(name))  # noqa: PTH111
    if os.path.isdir(path):  # noqa: PTH112
        return path
    if os.path.exists(path):  # noqa: PTH110
        above = os.path.dirname(name) or "."  # noqa: PTH120
        raise FolderError(f"not a folder: '{name}'", hint=f"pass its folder: '{above}'")
    raise FolderError(f"no such folder: '{path}'")
