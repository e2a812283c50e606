"""Reads the workspace of a runner in threads, one at a time.

No file that takes long to read delays the event loop.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any, TypeVar

from funclens.catalog import build_catalog, listing
from funclens.dataclass import dataclass
from funclens.discovery import Workspace
from funclens.runner.background import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from funclens.folder_settings import FolderSettings
    from funclens.model import Catalog
    from funclens.runner.changes import Changes
    from funclens.settings import Settings

__all__ = ["ReadWorkspace", "WorkspaceReader"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadWorkspace:
    """What the workspace holds after a read."""

    catalog: Catalog
    notes: tuple[str, ...]
    """Sentences about what could not be read."""
    settings: Mapping[str, Settings]
    """By absolute folder."""


class WorkspaceReader:
    """Owns the workspace of a runner."""

    def __init__(
        self, source: FolderSettings, settings: Mapping[str, Settings]
    ) -> None:
        """Set the settings that `source` read last."""
        self.workspace = Workspace(list(settings), settings)
        self._source = source
        self._settings = dict(settings)
        self._lock = asyncio.Lock()
        """Held while a thread uses the workspace."""

    async def load(self) -> ReadWorkspace:
        """Read the whole workspace."""
        return await self._in_turn(self._load)

    async def refresh(self, changes: Changes) -> ReadWorkspace:
        """Read what has changed, and the settings if they may have."""
        return await self._in_turn(lambda: self._refresh(changes))

    async def describe(self) -> dict[str, Any]:
        """Return functions and problems as in `list --json`."""
        return await self._in_turn(self._describe)

    async def _in_turn(self, function: Callable[[], T]) -> T:
        async with self._lock:
            return await in_thread(function)

    def _load(self) -> ReadWorkspace:
        self.workspace.load()
        return self._known()

    def _refresh(self, changes: Changes) -> ReadWorkspace:
        settings = self._settings
        if changes.editor is not None or any(map(_is_project, changes.paths)):
            settings = self._source.read()
        if settings != self._settings:
            self.workspace.set_folders(list(settings), settings)
            self.workspace.load()
            self._settings = settings
        else:
            self.workspace.changed(changes.paths)
        return self._known()

    def _known(self) -> ReadWorkspace:
        facts = self.workspace.facts()
        catalog = build_catalog(facts, problems=False)
        return ReadWorkspace(catalog, facts.notes, self._settings)

    def _describe(self) -> dict[str, Any]:
        facts = self.workspace.facts()
        catalog = build_catalog(facts)
        return listing(catalog, (*facts.notes, *catalog.notes))


def _is_project(path: str) -> bool:
    return path.rpartition(os.sep)[2] == "pyproject.toml"
