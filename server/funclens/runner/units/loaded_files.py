"""Versions of the files that a worker has loaded; decides what a save makes stale."""

from __future__ import annotations

import hashlib
import itertools
import time
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["LoadedFiles"]

_COARSE_NS = 20_000_000
"""File timestamps may be this coarse, in nanoseconds."""

_MOST_CONTENTS = 50
"""Maximum number of saved files to hash when a worker starts."""

_MOST_STATES = 2_000
"""Maximum number of files to stat when a worker starts."""

State = tuple[int, int, int, int]
"""mtime, ctime, size and inode."""


class LoadedFiles:
    """Files of one worker, recorded since its start.

    Paths are real paths, without symbolic links.
    """

    def __init__(
        self, saved: Iterable[str] = (), before: LoadedFiles | None = None
    ) -> None:
        """`before` are the files of the worker that is replaced because of `saved`."""
        self._loaded: dict[str, int] = {}
        """Modification times of the files loaded as modules."""
        self._changed: set[str] = set()
        """Files that changed since the start."""
        saved = tuple(itertools.islice(saved, _MOST_CONTENTS))
        known = itertools.chain(saved, before.paths if before else ())
        self._states = {
            path: _state(path) for path in itertools.islice(known, _MOST_STATES)
        }
        """Files as the worker finds them, unless they are saved again."""
        self._contents = {path: _content(path) for path in saved}
        """Digests of saved files, for the same purpose."""
        self._started_at = time.time_ns()

    @property
    def paths(self) -> Iterator[str]:
        """All known files."""
        return itertools.chain(self._loaded, self._states)

    def loaded(self, files: Mapping[str, int]) -> None:
        """Record loaded modules, with their modification times in nanoseconds."""
        self._loaded.update(files)

    def changed(self, path: str) -> None:
        """Record that a file has changed."""
        self._changed.add(path)

    def is_unchanged(self, path: str) -> bool:
        """Return whether a file is the same as when the start began."""
        return path in self._states and self._states[path] == _state(path)

    def is_stale(self, path: str) -> bool:
        """Return whether the worker has loaded another version of a file.

        A file rewritten with the same content isn't stale.
        """
        loaded = self._loaded.get(path)
        if loaded is None or loaded == _modified_at(path):
            return False
        content = self._contents.get(path)
        if content is None or not self._began_with(path, loaded):
            return True
        return content != _content(path)

    @property
    def are_stale(self) -> bool:
        """Whether a file changed before the worker could report it as code."""
        return any(self.is_stale(path) for path in self._changed & set(self._loaded))

    def may_be_missed(self, path: str) -> bool:
        """Return whether a file has changed since the start began, or is gone."""
        if path in self._states:
            return not self.is_unchanged(path)
        return not 0 <= _changed_at(path) < self._started_at - _COARSE_NS

    def _began_with(self, path: str, modified_at: int) -> bool:
        """Return whether a file already had this time when the start began."""
        state = self._states.get(path)
        return state is not None and state[0] == modified_at


def _content(path: str) -> bytes | None:
    """Return the digest of a file, or None if it can't be read."""
    try:
        return hashlib.blake2b(read_regular(path), digest_size=16).digest()
    except OSError:
        return None


def _modified_at(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return -1


def _changed_at(path: str) -> int:
    """Return the last change of a file's content or name; -1 if it is gone."""
    state = _state(path)
    return -1 if state is None else max(state[:2])


def _state(path: str) -> State | None:
    """Return the state that every save changes; None if the file doesn't exist."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
