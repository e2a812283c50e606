"""Registry of running runners: one owner-only file per runner and workspace folder.

The files are outside the workspace, in `$XDG_STATE_HOME/funclens/runners`
(`~/.local/state/…`, on Windows `%LOCALAPPDATA%`). `funclens call`, other windows and
restarted language servers use them to find the runner. They contain the token, so links
are never followed, and files that another user may have written are ignored.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass
from funclens.runner.api.running_process import is_running
from funclens.runner.api.state.state_folder import opened_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from funclens.runner.api.state.state_folder import StateFolder

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
    with opened_state(create=True) as state:
        for folder in address.folders:
            _remove_dead(state, folder)
            state.write(_name(folder, address.pid), text)


def forget(address: RunnerAddress) -> None:
    """Remove the files of a runner."""
    with contextlib.suppress(OSError), opened_state() as state:
        for folder in address.folders:
            name = _name(folder, address.pid)
            found = _read(state, name)
            if found is not None and found[0] == address:
                state.remove(name)


def find_addresses(folders: Sequence[str]) -> list[RunnerAddress]:
    """Return the runners of a folder or one above it, the most likely first.

    They may have ended since, and another program may use their port, so the caller
    must check.
    """
    found: dict[RunnerAddress, None] = {}
    with contextlib.suppress(OSError), opened_state() as state:
        names = state.names()
        for folder in folders:
            for candidate in (Path(folder), *Path(folder).parents):
                for address in _published(state, names, str(candidate)):
                    found[address] = None
    return list(found)


def _published(
    state: StateFolder, names: Sequence[str], folder: str
) -> Iterator[RunnerAddress]:
    """Yield the runners registered for a folder, the newest first."""
    prefix = _prefix(folder)
    fitting = [_read(state, name) for name in names if name.startswith(prefix)]
    known = [item for item in fitting if item is not None]
    yield from (address for address, _ in sorted(known, key=lambda x: -x[1]))


def _remove_dead(state: StateFolder, folder: str) -> None:
    """Remove files of killed runners on this machine; other pids are unknown."""
    for name in state.names():
        if name.startswith(_prefix(folder)) and name.endswith(".json"):
            value = _load(state, name) or {}
            if value.get("host") == _host() and not _is_alive(value.get("pid")):
                with contextlib.suppress(OSError):
                    state.remove(name)


def _is_alive(pid: Any) -> bool:
    return isinstance(pid, int) and is_running(pid)


def _read(state: StateFolder, name: str) -> tuple[RunnerAddress, float] | None:
    """Return a runner and its registration time, or None if it can't be trusted."""
    value = _load(state, name)
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


def _load(state: StateFolder, name: str) -> dict[str, Any] | None:
    found = state.read(name, _LARGEST)
    if found is None:
        return None
    data, changed = found
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return {**value, "at": changed} if isinstance(value, dict) else None


def _host() -> str:
    return socket.gethostname()


def _name(folder: str, pid: int) -> str:
    return f"{_prefix(folder)}{pid}.json"


def _prefix(folder: str) -> str:
    """Return what the names of a folder's files begin with.

    Letters' case makes no difference where the file system ignores it.
    """
    real = os.path.normcase(os.path.realpath(folder))
    return f"{hashlib.sha256(os.fsencode(real)).hexdigest()[:32]}-"
