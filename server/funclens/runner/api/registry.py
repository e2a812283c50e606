"""Registry of running runners: one owner-only file per workspace folder.

The files are outside the workspace, in `$XDG_STATE_HOME/funclens/runners`
(`~/.local/state/…`, on Windows `%LOCALAPPDATA%`). `funclens call`, other windows and
restarted language servers use them to find the runner.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TOKEN_HEADER", "RunnerAddress", "find_address", "forget", "publish"]

TOKEN_HEADER = "X-Funclens-Token"  # noqa: S105 - the header's name, not a secret
"""Header with the runner's token in control requests."""


@dataclass(frozen=True, slots=True)
class RunnerAddress:
    """Address and token of a runner."""

    url: str
    token: str
    pid: int
    folders: tuple[str, ...]


def publish(address: RunnerAddress) -> None:
    """Write the files of a runner, one per folder."""
    directory = _directory()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps(
        {
            "version": 1,
            "url": address.url,
            "token": address.token,
            "pid": address.pid,
            "folders": address.folders,
        }
    )
    for folder in address.folders:
        path = _path(folder)
        fresh = path.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        fresh.replace(path)


def forget(address: RunnerAddress) -> None:
    """Remove the files of a runner, unless another one has replaced them."""
    for folder in address.folders:
        if _read(_path(folder)) == address:
            with contextlib.suppress(OSError):
                _path(folder).unlink()


def find_address(folders: Sequence[str]) -> RunnerAddress | None:
    """Return the runner last registered for a folder or one above it, or None.

    It may have ended since; the caller must check.
    """
    for folder in folders:
        path = Path(folder)
        for candidate in (path, *path.parents):
            found = _read(_path(str(candidate)))
            if found is not None:
                return found
    return None


def _read(path: Path) -> RunnerAddress | None:
    try:
        value = json.loads(path.read_text("utf-8"))
        return RunnerAddress(
            value["url"], value["token"], value["pid"], tuple(value["folders"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _directory() -> Path:
    base = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    root = Path(base) if base else Path.home() / ".local" / "state"
    return root / "funclens" / "runners"


def _path(folder: str) -> Path:
    name = hashlib.sha256(os.fsencode(os.path.realpath(folder))).hexdigest()[:32]
    return _directory() / f"{name}.json"
