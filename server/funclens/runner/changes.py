"""Pending changes: saved files and settings that haven't been read yet.

Changes that arrive while the workspace is being read form one batch, which is read
next. So at most one refresh is running and one is waiting.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Changes", "PendingChanges"]


@dataclass(slots=True)
class Changes:
    """One batch of changes."""

    paths: dict[str, None] = field(default_factory=dict)
    """Absolute paths of added, changed or removed files and folders, in order."""
    editor: Sequence[Mapping[str, Any]] | None = None
    """Settings of an editor for each folder, if they changed."""
    waiting_for_files: list[asyncio.Future[None]] = field(default_factory=list)
    """Futures that resolve when the code of the added files is served."""
    waiting_for_settings: list[asyncio.Future[None]] = field(default_factory=list)
    """Futures that resolve when the settings apply, possibly after a whole refresh."""

    def settle(self) -> None:
        """Resolve all futures: everything added so far is served."""
        self.settle_files()
        _set_done(self.waiting_for_settings)

    def settle_files(self) -> None:
        """Resolve the futures for files only."""
        _set_done(self.waiting_for_files)


class PendingChanges:
    """Collects changes until they are taken."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._some = asyncio.Event()
        self.next = Changes()
        """The batch to be taken next."""

    def add_files(self, paths: Iterable[str]) -> asyncio.Future[None]:
        """Add saved files; return a future for when they are served."""
        self.next.paths.update(dict.fromkeys(paths))
        return self._added(self.next.waiting_for_files)

    def add_settings(self, editor: Sequence[Mapping[str, Any]]) -> asyncio.Future[None]:
        """Add the settings of an editor; return a future for when they apply."""
        self.next.editor = editor
        return self._added(self.next.waiting_for_settings)

    async def take(self) -> Changes:
        """Wait for changes and return all of them."""
        await self._some.wait()
        self._some.clear()
        taken, self.next = self.next, Changes()
        return taken

    def _added(self, waiting: list[asyncio.Future[None]]) -> asyncio.Future[None]:
        self._some.set()
        future = self._loop.create_future()
        waiting.append(future)
        return future


def _set_done(waiting: list[asyncio.Future[None]]) -> None:
    for future in waiting:
        if not future.done():
            future.set_result(None)
    waiting.clear()
