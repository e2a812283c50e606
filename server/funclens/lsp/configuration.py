"""Which settings are in force: those of the editor over those of pyproject.toml."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funclens.settings import TABLE, Settings
from funclens.settings_parser import Parsed, from_pyproject, merge, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Configuration", "EditorSettings", "concern_workers_alone", "resolve"]

_OF_THE_EXTENSION = {"serverPython", "trace"}
"""Keys below `funclens.` that an editor's extension uses and the server does not."""


_OF_WORKERS = {"python", "env-file"}
"""Settings that a runner takes while it runs."""


@dataclass(frozen=True, slots=True)
class EditorSettings:
    """What the editor says, as it says it."""

    everywhere: Mapping[str, Any] = field(default_factory=dict)
    by_folder: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Absolute folder to its values, where the editor was asked for each."""

    def of(self, folder: str | None) -> Mapping[str, Any]:
        """Return the values of a folder."""
        return self.by_folder.get(folder or "", self.everywhere)


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings in force, and what could not be used."""

    window: Settings = field(default_factory=Settings)
    """Of the whole window; the first folder decides."""
    folders: Mapping[str, Settings] = field(default_factory=dict)
    """By absolute folder."""
    editor: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By absolute folder: keys and values that came from the editor."""
    complaints: tuple[str, ...] = ()

    def for_runner(self, folders: list[str]) -> list[dict[str, Any]]:
        """Return what the editor says that a runner of these folders needs to know."""
        return [
            {
                key: value
                for key, value in self.editor.get(folder, {}).items()
                if key != "code-lens"
            }
            for folder in folders
        ]


def resolve(folders: list[str], editor: EditorSettings) -> Configuration:
    """Read each folder's pyproject.toml and lay the editor's values over it."""
    settings: dict[str, Settings] = {}
    chosen: dict[str, Mapping[str, Any]] = {}
    complaints: dict[str, None] = {}
    for folder in folders:
        project = from_pyproject(Path(folder))
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


def concern_workers_alone(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> bool:
    """Return whether a runner can take what changed without starting anew."""

    def rest(settings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {key: value for key, value in folder.items() if key not in _OF_WORKERS}
            for folder in settings
        ]

    return rest(before) == rest(after)


def _parse_editor(values: Mapping[str, Any]) -> Parsed:
    """Parse what a person chose in the editor.

    Editors send the defaults of all settings too: a value that equals the default
    is taken for one that nobody set, so that pyproject.toml can speak.
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
