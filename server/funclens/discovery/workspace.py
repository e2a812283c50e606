"""The facts of a workspace, kept up to date as files change.

User code is never imported or run. `facts` depends only on the current folders and
texts, not on the order of changes.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.discovery.cache import Cache
from funclens.discovery.files.texts import Texts
from funclens.discovery.folder import FolderIndex
from funclens.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from funclens.discovery.files.document import Change
    from funclens.discovery.files.prescan.prescan import Prescan
    from funclens.discovery.folder import FolderFacts
    from funclens.discovery.hidden import Hidden

__all__ = ["Workspace", "WorkspaceFacts"]


@dataclass(frozen=True, slots=True, eq=False)
class WorkspaceFacts:
    """Facts of all folders at one moment. Compared by identity."""

    folders: tuple[FolderFacts, ...] = ()
    """In the order given."""
    cache: Cache = field(default_factory=Cache, repr=False)
    """Values computed from these facts, which are immutable."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the log about files that could not be read."""
        return tuple(note for folder in self.folders for note in folder.notes)


class Workspace:
    """Owns the texts and facts of all files in the workspace folders.

    `open`, `edit` and `close` may be called while another thread runs `load` or
    `facts`. Nothing else is thread-safe.
    """

    def __init__(
        self,
        folders: Sequence[str],
        settings: Mapping[str, Settings] | None = None,
    ) -> None:
        self._folders: dict[str, FolderIndex] = {}
        self.texts = Texts()
        """Texts of files; the editor's text wins over the disk's."""
        self._outdated: set[str] = set()
        """Files opened, edited or closed since their facts were read."""
        self._lock = threading.Lock()
        """Lets an editor keep editing while another thread loads the workspace."""
        self._facts: WorkspaceFacts | None = None
        self.set_folders(folders, settings or {})

    def set_folders(
        self, folders: Sequence[str], settings: Mapping[str, Settings]
    ) -> None:
        """Set folders and settings (by absolute folder). Call `load` afterwards."""
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

    def load(self, prescan: Prescan | None = None) -> None:
        """Read all folders from disk; texts open in an editor win.

        `prescan` must already be walking the same folders with the same settings.
        """
        for index in self._folders.values():
            index.store.load(prescan)
        if prescan is not None:
            prescan.close()
        self._outdated.update(self.texts)
        self._facts = None

    def open(self, path: str, text: str, version: int | None = None) -> None:
        """Use the editor's text of a file instead of the disk's."""
        path = os.path.abspath(path)
        with self._lock:
            self.texts.open(path, text, version)
        self._outdated.add(path)

    def edit(
        self,
        path: str,
        changes: Iterable[Change],
        *,
        encoding: str = "utf-16",
        version: int | None = None,
    ) -> bool:
        """Apply an editor's changes to an open text, in order.

        Columns count code units of `encoding`. Return False if the text is not open.
        """
        path = os.path.abspath(path)
        with self._lock:
            is_open = self.texts.edit(path, changes, encoding, version)
        self._outdated.add(path)
        return is_open

    def close(self, path: str) -> None:
        """Use the disk's text of a file again."""
        path = os.path.abspath(path)
        with self._lock:
            self.texts.close(path)
        self._outdated.add(path)

    def changed(self, paths: Iterable[str]) -> None:
        """Re-read files and folders that were created, changed or deleted."""
        for path in dict.fromkeys(os.path.abspath(path) for path in paths):
            self.texts.forget(path)
            for folder, index in self._folders.items():
                if path == folder or path.startswith(folder + os.sep):
                    index.store.changed(path)
                    self._facts = None
        if self._facts is None:
            self._outdated.update(self.texts)

    def facts(self) -> WorkspaceFacts:
        """Return the current facts: the same object until something changes."""
        self._take_open_texts()
        if self._facts is None:
            self._facts = WorkspaceFacts(
                tuple(index.facts() for index in self._folders.values())
            )
        return self._facts

    def hidden(self) -> dict[str, tuple[Hidden, ...]]:
        """Return what ignore files hide, by folder. Call `facts` first."""
        return {folder: index.hidden() for folder, index in self._folders.items()}

    def _take_open_texts(self) -> None:
        """Update the facts of open texts."""
        while self._outdated:
            path = self._outdated.pop()
            owner = self._owner(path)
            if owner is None:
                continue
            with self._lock:
                document = self.texts.document(path)
                unchanged = document.take_unchanged() if document else None
                text = document.text if document else None
            if (
                owner.store.close(path)
                if text is None
                else owner.store.open(path, text, unchanged)
            ):
                self._facts = None

    def _owner(self, path: str) -> FolderIndex | None:
        """Return the innermost workspace folder that contains a path."""
        owners = [
            folder for folder in self._folders if path.startswith(folder + os.sep)
        ]
        return self._folders[max(owners, key=len)] if owners else None
