"""Watches folders with inotify: reports each file when its writer closes it.

Only folders that may contain a unit's files are watched, not environments or packages
of other languages.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from asyncinotify import Inotify, Mask

from funclens.runner.background import in_thread
from funclens.runner.watch.problem import WatchLimitError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from asyncinotify import Event, Watch

__all__ = ["saved_files"]

_QUIET_SECONDS = 0.002
"""Seconds of silence that end a batch, so that `Save All` is one batch."""

_BATCH_SECONDS = 0.05
"""Maximum length of a batch in seconds; a branch checkout is several."""

_COARSE_NS = 20_000_000
"""File timestamps may be this coarse, in nanoseconds."""

# Only events that end a change, so that unfinished files aren't read.
_WANTED = Mask.CLOSE_WRITE | Mask.CREATE | Mask.DELETE | Mask.MOVE | Mask.ONLYDIR
_APPEARED = Mask.CREATE | Mask.MOVED_TO | Mask.ONLYDIR


async def saved_files(
    folders: Sequence[str], is_foreign: Callable[[str, str], bool], since: int
) -> AsyncIterator[list[str]]:
    """Yield batches of absolute paths that were added, changed or removed.

    `is_foreign(parent, name)` returns whether to skip a folder. Changes since `since`
    (`time.time_ns()`) and before the first look are the first batch. Never ends.
    Raises WatchLimitError if the system has no more watches.
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
    # Awaited, never canceled: events that it has read would be lost.
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
    """Watches folders recursively, including new ones."""

    def __init__(
        self,
        inotify: Inotify,
        folders: Sequence[str],
        is_foreign: Callable[[str, str], bool],
    ) -> None:
        self._inotify = inotify
        self._folders = folders
        self._is_foreign = is_foreign
        self._above: dict[Path, Watch] = {}
        """Folders that are watched for a workspace folder to appear in again."""

    def begin(self) -> list[str]:
        """Watch everything; return the existing files."""
        return [path for folder in self._folders for path in self._enter(folder)]

    def paths(self, event: Event) -> list[str]:
        """Return the changed paths of an event."""
        mask = event.mask
        if Mask.Q_OVERFLOW in mask:
            return self.begin()
        if event.path is None:
            return []
        path = str(event.path)
        if Mask.IGNORED in mask or event.path.parent in self._above:
            return self._around(event.path, is_gone=Mask.IGNORED in mask)
        if Mask.ISDIR in mask:
            if Mask.CREATE in mask or Mask.MOVED_TO in mask:
                folder, name = os.path.split(path)
                is_foreign = self._is_foreign(folder, name)
                return [] if is_foreign else [path, *self._enter(path)]
            if Mask.MOVED_FROM in mask:
                self._leave(path)
            return [path]
        # What was created hasn't been closed by its writer yet, unless it is a link.
        is_open = Mask.CREATE in mask and not event.path.is_symlink()
        return [] if is_open else [path]

    def _around(self, path: Path, *, is_gone: bool) -> list[str]:
        """Return the changed paths of an event that may concern a workspace folder.

        One that was deleted is waited for in the folder above it.
        """
        top = str(path)
        if top not in self._folders:
            return []
        if is_gone and path.parent not in {item.path for item in self._inotify.watches}:
            with contextlib.suppress(OSError):
                self._above[path.parent] = self._inotify.add_watch(
                    path.parent, _APPEARED
                )
        if not path.is_dir():
            return [top]
        if path.parent in self._above and not self._is_waited_for(path.parent):
            self._inotify.rm_watch(self._above.pop(path.parent))
        return [top, *self._enter(top)]

    def _is_waited_for(self, above: Path) -> bool:
        paths = map(Path, self._folders)
        return any(path.parent == above and not path.is_dir() for path in paths)

    def _enter(self, top: str) -> list[str]:
        """Watch a folder recursively; return the existing files."""
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
        """Stop watching a folder that was renamed."""
        for watch in self._inotify.watches:
            path = str(watch.path)
            if path == top or path.startswith(top + os.sep):
                self._inotify.rm_watch(watch)


def _changed_at(path: str) -> int:
    """Return when a file was changed or moved, in nanoseconds."""
    try:
        return os.lstat(path).st_ctime_ns
    except OSError:
        return 0
