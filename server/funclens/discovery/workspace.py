"""The facts of a workspace, kept up to date while files change.

No user code is imported or run. What `facts` returns depends on the folders and
texts of the moment alone, not on how they came about.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from funclens.discovery.folder import FolderIndex
from funclens.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from funclens.discovery.folder import FolderFacts

__all__ = ["Workspace", "WorkspaceFacts"]


@dataclass(frozen=True, slots=True, eq=False)
class WorkspaceFacts:
    """What is known of all folders at one moment. Compared by identity."""

    folders: tuple[FolderFacts, ...] = ()
    """In the order in which they were given."""
    derived: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What others worked out from these facts, which do not change."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the log: what could not be read, and why."""
        return tuple(note for folder in self.folders for note in folder.notes)


class Workspace:
    """Owns the facts of each file of some workspace folders."""

    def __init__(
        self,
        folders: Sequence[str],
        settings: Mapping[str, Settings] | None = None,
    ) -> None:
        self._folders: dict[str, FolderIndex] = {}
        self._texts: dict[str, str] = {}
        self._facts: WorkspaceFacts | None = None
        self.set_folders(folders, settings or {})

    def set_folders(
        self, folders: Sequence[str], settings: Mapping[str, Settings]
    ) -> None:
        """Take new folders and settings (by absolute folder); call `load` after it."""
        given = list(dict.fromkeys(os.path.abspath(folder) for folder in folders))
        self._folders = {
            folder: FolderIndex(
                folder,
                settings.get(folder, Settings()),
                [other for other in given if other != folder],
            )
            for folder in given
        }
        self._facts = None

    def load(self) -> None:
        """Read all folders from the disk; open texts win over it."""
        for index in self._folders.values():
            index.store.load()
        for path, text in self._texts.items():
            if owner := self._owner(path):
                owner.store.open(path, text)
        self._facts = None

    def open(self, path: str, text: str) -> None:
        """Take the editor's text of a file instead of the disk's."""
        path = os.path.abspath(path)
        self._texts[path] = text
        owner = self._owner(path)
        if owner is not None and owner.store.open(path, text):
            self._facts = None

    def close(self, path: str) -> None:
        """Take the disk's text of a file again."""
        path = os.path.abspath(path)
        self._texts.pop(path, None)
        owner = self._owner(path)
        if owner is not None:
            owner.store.close(path)
            self._facts = None

    def changed(self, paths: Iterable[str]) -> None:
        """Look again at files and folders that came, changed or went."""
        for path in dict.fromkeys(os.path.abspath(path) for path in paths):
            for folder, index in self._folders.items():
                if path == folder or path.startswith(folder + os.sep):
                    index.store.changed(path)
                    self._facts = None
        for path, text in self._texts.items():
            if self._facts is None and (owner := self._owner(path)):
                owner.store.open(path, text)

    def facts(self) -> WorkspaceFacts:
        """Return what is known now: the same value until something changes."""
        if self._facts is None:
            self._facts = WorkspaceFacts(
                tuple(index.facts() for index in self._folders.values())
            )
        return self._facts

    def _owner(self, path: str) -> FolderIndex | None:
        """Return the innermost folder that holds a path."""
        owners = [
            folder for folder in self._folders if path.startswith(folder + os.sep)
        ]
        return self._folders[max(owners, key=len)] if owners else None
