"""Resolve settings: those of the editor override pyproject.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass, field
from funclens.folder_settings import ProjectSettings
from funclens.settings import TABLE, Settings
from funclens.settings_parser import Parsed, merge, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Configuration", "EditorSettings", "resolve"]

_OF_THE_EXTENSION = {"followEditor", "serverPython", "trace"}
"""Keys below `funclens.` that only the editor extension uses."""


@dataclass(frozen=True, slots=True)
class EditorSettings:
    """Raw settings from the editor."""

    everywhere: Mapping[str, Any] = field(default_factory=dict)
    by_folder: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Values by absolute folder, if the editor was asked for each."""

    def of(self, folder: str | None) -> Mapping[str, Any]:
        """Return the values for a folder."""
        return self.by_folder.get(folder or "", self.everywhere)


@dataclass(frozen=True, slots=True)
class Configuration:
    """Resolved settings, and complaints about invalid ones."""

    window: Settings = field(default_factory=Settings)
    """Settings of the window, taken from the first folder."""
    folders: Mapping[str, Settings] = field(default_factory=dict)
    """Settings by absolute folder."""
    editor: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Keys and values set in the editor, by absolute folder."""
    complaints: tuple[str, ...] = ()

    @property
    def start(self) -> tuple[str | int | bool, ...]:
        """Settings that a runner can't change while it is up."""
        window = self.window
        return (
            window.host,
            window.port,
            window.emulators,
            window.traces,
            window.history_file,
        )

    def for_runner(self, folders: list[str]) -> list[dict[str, Any]]:
        """Return the editor's settings that a runner of these folders needs."""
        return [
            {
                key: value
                for key, value in self.editor.get(folder, {}).items()
                if key != "code-lens"
            }
            for folder in folders
        ]


def resolve(
    folders: list[str],
    editor: EditorSettings,
    projects: ProjectSettings | None = None,
) -> Configuration:
    """Read each folder's pyproject.toml and override it with the editor's values."""
    projects = projects or ProjectSettings()
    settings: dict[str, Settings] = {}
    chosen: dict[str, Mapping[str, Any]] = {}
    complaints: dict[str, None] = {}
    for folder in folders:
        project = projects.read(folder)
        own = _parse_editor(editor.of(folder))
        settings[folder] = merge(project, own)
        chosen[folder] = {
            row.key: own.values[row.field_name]
            for row in TABLE
            if row.field_name in own.values
        }
        complaints.update(dict.fromkeys(project.complaints + own.complaints))
    everywhere = merge(_parse_editor(editor.everywhere))
    return Configuration(
        window=settings[folders[0]] if folders else everywhere,
        folders=settings,
        editor=chosen,
        complaints=tuple(complaints),
    )


def _parse_editor(values: Mapping[str, Any]) -> Parsed:
    """Parse the settings that the user chose in the editor.

    Editors also send defaults. A value equal to the default counts as not set, so
    that pyproject.toml applies.
    """
    defaults = {
        name: _plain(row.default) for row in TABLE for name in (row.key, row.editor_key)
    }
    chosen = {
        key: value
        for key, value in values.items()
        if key not in _OF_THE_EXTENSION
        and not (key in defaults and _plain(value) == defaults[key])
    }
    return parse(chosen, source="Editor settings")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
