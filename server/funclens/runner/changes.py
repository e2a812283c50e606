"""What the runner has not looked at yet: saved files and other settings.

Whatever comes while the workspace is being read is one batch, read next: one
refresh is under way, at most one waits.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Changes", "PendingChanges"]


@dataclass(slots=True)
class Changes:
    """One batch."""

    paths: dict[str, None] = field(default_factory=dict)
    """Absolute paths of files and folders that came, changed or went, in order."""
    editor: Sequence[Mapping[str, Any]] | None = None
    """The settings of an editor for each folder, if they are others now."""
    waiting_for_files: list[asyncio.Future[None]] = field(default_factory=list)
    """Done when the code of the files added until then is served."""
    waiting_for_settings: list[asyncio.Future[None]] = field(default_factory=list)
    """Done when the settings are in force, which may take a whole refresh."""

    def settle(self) -> None:
        """Tell everyone who waits that all that was added until now is served."""
        self.settle_files()
        _set_done(self.waiting_for_settings)

    def settle_files(self) -> None:
        """Tell those who wait for files alone."""
        _set_done(self.waiting_for_files)


class PendingChanges:
    """Collects changes until they are taken."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._some = asyncio.Event()
        self.next = Changes()
        """What waits to be taken."""

    def add_files(self, paths: Iterable[str]) -> asyncio.Future[None]:
        """Add saved files; return what is done when they are served."""
        self.next.paths.update(dict.fromkeys(paths))
        return self._added(self.next.waiting_for_files)

    def add_settings(self, editor: Sequence[Mapping[str, Any]]) -> asyncio.Future[None]:
        """Add the settings of an editor; return what is done when they are in force."""
        self.next.editor = editor
        return self._added(self.next.waiting_for_settings)

    async def take(self) -> Changes:
        """Wait for changes; return all that there are."""
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
