"""A folder beside an environment where its replacement is made.

.venv           the environment: replaced by two renames once everything is installed
.venv.setup/    .gitignore, lock, `new` while it is made, `old` between the renames

Whatever ends the process, the environment is the old one or the new one. What is left
behind by a process that was killed is removed by the next.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import Callable, Optional

SUFFIX = ".setup"
_MOST_BYTES = 1_048_576
"""Maximum size of a script whose paths are corrected."""
_SCRIPTS = "bin"


class BusyError(Exception):
    """Another process is making this environment."""


class WorkFolder:
    """The work folder of one environment; locked until `close`."""

    def __init__(self, environment: str) -> None:
        """Make the folder. Raises BusyError, or OSError if that fails."""
        self._environment = environment
        self._path = environment + SUFFIX
        self.new = os.path.join(self._path, "new")
        """Path of the environment to make."""
        self._old = os.path.join(self._path, "old")
        self._lock = _locked(self._path)
        self._restore()
        _remove(self.new)
        _ignore_by_git(self._path)

    def copy(self, on_file: Callable[[], None]) -> None:
        """Start with a copy of the environment; `on_file` is called for each file."""

        def copy(source: str, target: str) -> None:
            on_file()
            shutil.copy2(source, target)

        shutil.copytree(self._environment, self.new, symlinks=True, copy_function=copy)

    def commit(self) -> None:
        """Put the new environment in place of the old one."""
        _correct_paths(self.new, self._environment)
        if os.path.lexists(self._environment):
            os.rename(self._environment, self._old)
        else:
            _ignore_by_git(self.new)
        try:
            os.rename(self.new, self._environment)
        except BaseException:
            self._restore()
            raise
        _remove(self._old)

    def close(self) -> None:
        """Remove the folder; undo what is not complete."""
        self._restore()
        _remove(self._path)
        os.close(self._lock)

    def _restore(self) -> None:
        """Put the old environment back if there is no other."""
        if os.path.lexists(self._old):
            if os.path.lexists(self._environment):
                _remove(self._old)
            else:
                os.rename(self._old, self._environment)


def _ignore_by_git(folder: str) -> None:
    with open(os.path.join(folder, ".gitignore"), "w", encoding="ascii") as file:
        file.write("*\n")


def _locked(path: str) -> int:
    """Make a folder and lock it; return the descriptor that holds the lock."""
    import fcntl  # not on Windows, where modules are only imported

    while True:
        with contextlib.suppress(FileExistsError):
            os.mkdir(path)
        name = os.path.join(path, "lock")
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            lock = os.open(name, flags, 0o600)
        except FileNotFoundError:  # its owner has just removed it
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise BusyError(path) from error
        if _is_at(lock, name):
            return lock
        os.close(lock)


def _is_at(descriptor: int, path: str) -> bool:
    """Return whether an open file still has this path."""
    try:
        there, here = os.stat(path), os.fstat(descriptor)
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


def _correct_paths(environment: str, final: str) -> None:
    """Replace the environment's path by its final one in scripts and settings."""
    scripts = os.path.join(environment, _SCRIPTS)
    names = [os.path.join(scripts, name) for name in os.listdir(scripts)]
    before, after = os.fsencode(environment), os.fsencode(final)
    for path in (*names, os.path.join(environment, "pyvenv.cfg")):
        data = _small_file(path)
        if data is not None and before in data:
            mode = os.stat(path).st_mode
            os.unlink(path)  # it may be a link to a file of an installer's cache
            with open(path, "wb") as file:
                file.write(data.replace(before, after))
            os.chmod(path, mode & 0o7777)


def _small_file(path: str) -> Optional[bytes]:
    if os.path.islink(path) or not os.path.isfile(path):
        return None
    if os.path.getsize(path) > _MOST_BYTES:
        return None
    with open(path, "rb") as file:
        return file.read()


def _remove(path: str) -> None:
    """Remove a folder, a file or a link, if it is there."""
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path):
        shutil.rmtree(path, ignore_errors=True)
