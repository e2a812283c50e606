"""Rights to folders, and limits of the system that a runner may meet."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.cli.doctor.finding import Finding
from funclens.runner.api.state.state_folder import opened_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["limits", "rights"]

_MOST_FOLDERS = 100_000
_NOT_WATCHED = frozenset({".git", "node_modules", "__pycache__", ".venv", "venv"})
_LEAST_DESCRIPTORS = 256


def rights(folders: Sequence[str]) -> Iterator[Finding]:
    """Yield what may be read and written."""
    for folder in folders:
        if not os.access(folder, os.R_OK | os.X_OK):
            yield Finding(
                "folder",
                "problem",
                f"{folder} can't be read",
                f"give yourself the right: chmod u+rx '{folder}'",
            )
        elif not os.access(folder, os.W_OK):
            yield Finding(
                "folder",
                "note",
                f"{folder} can't be written to",
                "functions run; `funclens new` and `funclens setup` don't",
            )
        else:
            yield Finding("folder", "ok", f"{folder} can be read and written")
    try:
        with opened_state(create=True):
            yield Finding("state", "ok", "the registry of runners can be written")
    except OSError as error:
        yield Finding(
            "state",
            "problem",
            f"the registry of runners can't be used: {error.strerror}: "
            f"{error.filename}",
            "make that folder yours and writable, or set XDG_STATE_HOME",
        )
    try:
        with tempfile.TemporaryFile():
            yield Finding("temporary", "ok", "temporary files can be written")
    except OSError as error:
        yield Finding(
            "temporary",
            "problem",
            f"temporary files can't be written: {error.strerror}",
            "free space, or set TMPDIR to a folder that is writable",
        )


def limits(folders: Sequence[str]) -> Iterator[Finding]:
    """Yield the limits of open files and, on Linux, of watched folders."""
    if os.name == "posix":
        yield _descriptors()
    if sys.platform == "linux":
        yield _watches(folders)
        yield _instances()


def _descriptors() -> Finding:
    import resource  # noqa: PLC0415 - POSIX only

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < _LEAST_DESCRIPTORS:
        return Finding(
            "descriptors",
            "problem",
            f"a process may open only {soft} files and connections",
            "raise the limit before `funclens run`: ulimit -n 4096",
        )
    return Finding("descriptors", "ok", f"open files: {soft}")


def _limit(name: str) -> int | None:
    try:
        return int(Path(f"/proc/sys/fs/inotify/{name}").read_text("ascii"))
    except (OSError, ValueError):
        return None


def _watches(folders: Sequence[str]) -> Finding:
    limit = _limit("max_user_watches")
    needed = sum(map(_count, folders))
    if limit is None:
        return Finding("watches", "note", "the limit of watched folders is unknown")
    text = f"folders to watch for hot reload: {needed} of {limit}"
    if needed >= limit:
        return Finding(
            "watches",
            "problem",
            text,
            "raise the limit: sudo sysctl fs.inotify.max_user_watches=524288",
        )
    return Finding("watches", "ok", text)


def _count(folder: str) -> int:
    """Return about how many folders a runner watches."""
    counted = 0
    for _, inside, _ in os.walk(folder):
        inside[:] = [name for name in inside if name not in _NOT_WATCHED]
        counted += 1
        if counted >= _MOST_FOLDERS:
            break
    return counted


def _instances() -> Finding:
    from asyncinotify import Inotify  # noqa: PLC0415 - Linux only

    try:
        Inotify().close()
    except OSError:
        return Finding(
            "instances",
            "problem",
            "all inotify instances of this user are taken",
            "end other watching programs, or raise the limit: "
            "sudo sysctl fs.inotify.max_user_instances=512",
        )
    limit = _limit("max_user_instances")
    return Finding("instances", "ok", f"inotify instances: at most {limit}")
