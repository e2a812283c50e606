"""Registry of running runners: one owner-only file per runner and workspace folder.

The files are outside the workspace, in `$XDG_STATE_HOME/funclens/runners`
(`~/.local/state/…`). `funclens call`, other windows and restarted language servers use
them to find the runner. They contain the token, so links are never followed, and files
that another user may have written are ignored.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass
from funclens.runner.api.registry_folder import NO_LINK, opened_registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["TOKEN_HEADER", "RunnerAddress", "find_addresses", "forget", "publish"]

TOKEN_HEADER = "X-Funclens-Token"  # noqa: S105 - the header's name, not a secret
"""Header with the runner's token in control requests."""

_LARGEST = 65_536
"""Maximum size of a file in bytes."""


@dataclass(frozen=True, slots=True)
class RunnerAddress:
    """Address and token of a runner."""

    url: str
    token: str
    pid: int
    folders: tuple[str, ...]


def publish(address: RunnerAddress) -> None:
    """Write the files of a runner, one per folder.

    Raises OSError if that isn't possible or not safe.
    """
    text = json.dumps({"version": 1, "host": _host(), **asdict(address)}).encode()
    with opened_registry(create=True) as directory:
        for folder in address.folders:
            _remove_dead(directory, folder)
            _write(directory, _name(folder, address.pid), text)


def forget(address: RunnerAddress) -> None:
    """Remove the files of a runner."""
    with contextlib.suppress(OSError), opened_registry() as directory:
        for folder in address.folders:
            name = _name(folder, address.pid)
            found = _read(directory, name)
            if found is not None and found[0] == address:
                os.unlink(name, dir_fd=directory)


def find_addresses(folders: Sequence[str]) -> list[RunnerAddress]:
    """Return the runners of a folder or one above it, the most likely first.

    They may have ended since, and another program may use their port, so the caller
    must check.
    """
    if os.name != "posix":  # no runner runs there
        return []
    found: dict[RunnerAddress, None] = {}
    with contextlib.suppress(OSError), opened_registry() as directory:
        names = os.listdir(directory)  # noqa: PTH208 - a descriptor
        for folder in folders:
            for candidate in (Path(folder), *Path(folder).parents):
                for address in _published(directory, names, str(candidate)):
                    found[address] = None
    return list(found)


def _published(
    directory: int, names: Sequence[str], folder: str
) -> Iterator[RunnerAddress]:
    """Yield the runners registered for a folder, the newest first."""
    prefix = _prefix(folder)
    fitting = [_read(directory, name) for name in names if name.startswith(prefix)]
    known = [item for item in fitting if item is not None]
    yield from (address for address, _ in sorted(known, key=lambda x: -x[1]))


def _remove_dead(directory: int, folder: str) -> None:
    """Remove files of killed runners on this machine; other pids are unknown."""
    for name in os.listdir(directory):
        if name.startswith(_prefix(folder)) and name.endswith(".json"):
            value = _load(directory, name) or {}
            if value.get("host") == _host() and not _is_alive(value.get("pid")):
                with contextlib.suppress(OSError):
                    os.unlink(name, dir_fd=directory)


def _is_alive(pid: Any) -> bool:
    if not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it is somebody else's
        return True
    return True


def _write(directory: int, name: str, text: bytes) -> None:
    fresh = Path(name).with_suffix(".new").name
    try:
        descriptor = _create(directory, fresh)
    except FileExistsError:  # left by a runner that was killed, or planted
        os.unlink(fresh, dir_fd=directory)
        descriptor = _create(directory, fresh)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
        os.rename(fresh, name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(fresh, dir_fd=directory)
        raise


def _create(directory: int, name: str) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK
    return os.open(name, flags, 0o600, dir_fd=directory)


def _read(directory: int, name: str) -> tuple[RunnerAddress, float] | None:
    """Return a runner and its registration time, or None if it can't be trusted."""
    value = _load(directory, name)
    try:
        if value is None or not name.endswith(".json"):
            return None
        url, token, pid = value["url"], value["token"], value["pid"]
        folders = tuple(value["folders"])
    except (KeyError, TypeError):
        return None
    if not all(isinstance(item, str) for item in (url, token, *folders)):
        return None
    return RunnerAddress(url, token, pid, folders), value["at"]


def _load(directory: int, name: str) -> dict[str, Any] | None:
    try:
        flags = os.O_RDONLY | os.O_NONBLOCK | NO_LINK
        descriptor = os.open(name, flags, dir_fd=directory)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        is_ours = status.st_uid == os.geteuid() and not status.st_mode & 0o077
        if not stat.S_ISREG(status.st_mode) or not is_ours:
            return None
        try:
            value = json.loads(file.read(_LARGEST))
        except (ValueError, RecursionError, OSError):
            return None
    return {**value, "at": status.st_mtime} if isinstance(value, dict) else None


def _host() -> str:
    return os.uname().nodename


def _name(folder: str, pid: int) -> str:
    return f"{_prefix(folder)}{pid}.json"


def _prefix(folder: str) -> str:
    digest = hashlib.sha256(os.fsencode(os.path.realpath(folder))).hexdigest()[:32]
    return f"{digest}-"
