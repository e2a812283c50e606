"""The settings of workspace folders: flags over the editor's over pyproject.toml.

A runner reads them again while it runs: a pyproject.toml that cannot be read then
counts for what it last said.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from funclens.errors import FolderError, SettingsError
from funclens.settings_parser import Parsed, from_pyproject, merge, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from funclens.settings import Settings

__all__ = ["FolderSettings"]


class FolderSettings:
    """Reads the settings of some workspace folders."""

    def __init__(
        self,
        names: Sequence[str],
        flags: Mapping[str, Any] | None = None,
        editor: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Take the folders and what is said of them beside pyproject.toml.

        `flags` are settings of the command line by key; None means not given. `editor`
        holds an editor's settings for each folder. Raises FolderError for what is not
        a folder, SettingsError for a bad value of a flag.
        """
        self.folders = tuple(_folder(name) for name in names)
        """Absolute, in the order of the command line."""
        self.complaints: tuple[str, ...] = ()
        """What was wrong when the settings were read last."""
        self._flags = parse(flags or {}, source="command line")
        if self._flags.complaints:
            raise SettingsError("\n".join(self._flags.complaints))
        self._editor = self._checked(editor)
        self._projects: dict[str, Parsed] = {}

    def use_editor(self, editor: Sequence[Mapping[str, Any]]) -> None:
        """Take other settings of the editor. Raises SettingsError."""
        self._editor = self._checked(editor)

    def read(self) -> dict[str, Settings]:
        """Return the settings in force by absolute folder."""
        complaints: list[str] = []
        found = {}
        for folder, editor in zip(self.folders, self._editor, strict=True):
            project = from_pyproject(folder)
            complaints += project.complaints
            if not project.is_readable:
                project = self._projects.get(folder, project)
            self._projects[folder] = project
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
    # Not by pathlib: its import takes as long as a walk of hundreds of folders.
    path = os.path.realpath(os.path.expanduser(name))  # noqa: PTH111
    if os.path.isdir(path):  # noqa: PTH112
        return path
    if os.path.exists(path):  # noqa: PTH110
        above = os.path.dirname(name) or "."  # noqa: PTH120
        raise FolderError(f"not a folder: '{name}'", hint=f"pass its folder: '{above}'")
    raise FolderError(f"no such folder: '{path}'")
