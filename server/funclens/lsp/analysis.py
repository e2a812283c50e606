"""The index of the workspace, kept up to date with the editor and the disk.

Reading a workspace happens in a thread; what the editor says meanwhile waits and
is told to the index in its order afterwards.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from funclens.catalog import build_catalog
from funclens.discovery import Workspace
from funclens.model import Catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from funclens.settings import Settings

__all__ = ["Analysis"]


class Analysis:
    """Owns the index and its catalog."""

    def __init__(self) -> None:
        self._workspace: Workspace | None = None
        self._catalog: Catalog | None = None
        self._waiting: list[Callable[[Workspace], None]] = []
        self._reading = asyncio.Lock()
        self._ready = asyncio.Event()

    async def read(
        self, folders: Sequence[str], settings: Mapping[str, Settings]
    ) -> None:
        """Read the folders, or read again what changed about them."""
        async with self._reading:
            self._ready.clear()
            self._workspace = await asyncio.to_thread(
                _read, self._workspace, folders, settings
            )
            waiting, self._waiting = self._waiting, []
            for operation in waiting:
                operation(self._workspace)
            self._catalog = None
            self._ready.set()

    async def wait(self) -> None:
        """Return as soon as the workspace has been read."""
        await self._ready.wait()

    @property
    def is_ready(self) -> bool:
        """Whether the workspace has been read."""
        return self._ready.is_set()

    def catalog(self) -> Catalog:
        """Return what is known; an empty catalog before the first reading."""
        if self._workspace is None or not self.is_ready:
            return self._catalog or Catalog()
        if self._catalog is None:
            self._catalog = build_catalog(self._workspace.facts())
        return self._catalog

    def opened(self, path: str, text: str) -> None:
        """Take the editor's text of a file from now on."""
        self._tell(lambda workspace: workspace.open(path, text))

    def closed(self, path: str) -> None:
        """Take the disk's text of a file again."""
        self._tell(lambda workspace: workspace.close(path))

    def changed(self, paths: Iterable[str]) -> None:
        """Look at files again that were created, changed or deleted."""
        changed = list(paths)
        self._tell(lambda workspace: workspace.changed(changed))

    def _tell(self, operation: Callable[[Workspace], None]) -> None:
        if self._workspace is None or not self.is_ready:
            self._waiting.append(operation)
            return
        operation(self._workspace)
        self._catalog = None


def _read(
    workspace: Workspace | None,
    folders: Sequence[str],
    settings: Mapping[str, Settings],
) -> Workspace:
    if workspace is None:
        workspace = Workspace(folders, settings)
    else:
        workspace.set_folders(folders, settings)
    workspace.load()
    # In this thread, so that the first lenses need not wait for it.
    build_catalog(workspace.facts())
    return workspace
