"""Watches folders by inotify: reports each file when its writer has closed it.

Only folders that may hold a unit's files are watched: neither environments nor
packages of other languages.
"""

from __future__ import annotations

import asyncio
import errno
import os
from typing import TYPE_CHECKING

from asyncinotify import Inotify, Mask

from funclens.runner.background import in_thread
from funclens.runner.watch.problem import WatchLimitError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from asyncinotify import Event

__all__ = ["saved_files"]

_QUIET_SECONDS = 0.002
"""A batch ends when nothing was saved for this long: `Save All` is one batch."""

_BATCH_SECONDS = 0.05
"""The longest batch: a checkout of a branch is several."""

_COARSE_NS = 20_000_000
"""File systems note the time of a change by a coarse clock."""

# Only what ends a change: a file that is being written is not read.
_WANTED = Mask.CLOSE_WRITE | Mask.CREATE | Mask.DELETE | Mask.MOVE | Mask.ONLYDIR


async def saved_files(
    folders: Sequence[str], is_foreign: Callable[[str, str], bool], since: int
) -> AsyncIterator[list[str]]:
    """Return batches of files and folders that came, changed or went, absolute.

    `is_foreign(parent, name)` tells which folders need no watch. What has changed
    before the first look, but after `since` (`time.time_ns()`), is the first batch.
    Never ends. Raises WatchLimitError when the system watches no more.
    """
    try:
        inotify = Inotify(cache_size=200)
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            raise WatchLimitError("max_user_instances", 512) from error
        raise
    with inotify:
        tree = _Tree(inotify, folders, is_foreign)
        files = await in_thread(tree.begin)
        if missed := [path for path in files if _changed_at(path) > since - _COARSE_NS]:
            yield missed
        async for batch in _batches(inotify, tree):
            yield batch


async def _batches(inotify: Inotify, tree: _Tree) -> AsyncIterator[list[str]]:
    loop = asyncio.get_running_loop()
    # Awaited, never cancelled: what it has read already would be lost.
    coming = loop.create_task(inotify.get())
    try:
        while True:
            batch = tree.paths(await coming)
            coming = loop.create_task(inotify.get())
            end = loop.time() + _BATCH_SECONDS
            while (rest := end - loop.time()) > 0:
                wait = min(_QUIET_SECONDS, rest)
                done, _ = await asyncio.wait({coming}, timeout=wait)
                if not done:
                    break
                batch += tree.paths(coming.result())
                coming = loop.create_task(inotify.get())
            if batch:
                yield sorted(set(batch))
    finally:
        coming.cancel()


class _Tree:
    """Watches folders and all below them, those that come later too."""

    def __init__(
        self,
        inotify: Inotify,
        folders: Sequence[str],
        is_foreign: Callable[[str, str], bool],
    ) -> None:
        self._inotify = inotify
        self._folders = folders
        self._is_foreign = is_foreign

    def begin(self) -> list[str]:
        """Watch everything; return the files that are there."""
        return [path for folder in self._folders for path in self._enter(folder)]

    def paths(self, event: Event) -> list[str]:
        """Return what an event says to have changed."""
        mask = event.mask
        if Mask.Q_OVERFLOW in mask:
            return self.begin()
        if event.path is None or Mask.IGNORED in mask:
            return []
        path = str(event.path)
        if Mask.ISDIR in mask:
            if Mask.CREATE in mask or Mask.MOVED_TO in mask:
                folder, name = os.path.split(path)
                is_foreign = self._is_foreign(folder, name)
                return [] if is_foreign else [path, *self._enter(path)]
            if Mask.MOVED_FROM in mask:
                self._leave(path)
            return [path]
        if Mask.CREATE in mask and not event.path.is_symlink():
            return []  # its writer has not closed it yet
        return [path]

    def _enter(self, top: str) -> list[str]:
        """Watch a folder and those below it; return the files that are there."""
        files: list[str] = []
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                self._inotify.add_watch(folder, _WANTED)
                entries = list(os.scandir(folder))
            except (FileNotFoundError, NotADirectoryError, PermissionError):
                continue
            except OSError as error:
                if error.errno == errno.ENOSPC:
                    raise WatchLimitError("max_user_watches", 524_288) from error
                raise
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    files.append(entry.path)
                elif not self._is_foreign(folder, entry.name):
                    folders.append(entry.path)
        return files

    def _leave(self, top: str) -> None:
        """Watch a folder no more that has another name now."""
        for watch in self._inotify.watches:
            path = str(watch.path)
            if path == top or path.startswith(top + os.sep):
                self._inotify.rm_watch(watch)


def _changed_at(path: str) -> int:
    """Return when a file was changed or put in its place, in nanoseconds."""
    try:
        return os.lstat(path).st_ctime_ns
    except OSError:
        return 0
