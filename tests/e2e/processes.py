"""Which processes run because of an editor, told by a mark in their environment."""

from __future__ import annotations

import os
import select
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def processes_of(mark: str) -> dict[int, str]:
    """Return process id and command line of every process that carries the mark."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                command = (folder / "cmdline").read_bytes()
                found[int(folder.name)] = command.replace(b"\0", b" ").decode()
        except (OSError, UnicodeDecodeError):
            continue
    return found


def survivors(processes: Mapping[int, str], *, deadline: float) -> dict[int, str]:
    """Wait for the end of processes; return those that live on after `deadline` s."""
    end = time.monotonic() + deadline
    return {
        pid: command
        for pid, command in processes.items()
        if not _ends(pid, max(0.0, end - time.monotonic()))
    }


def _ends(pid: int, timeout: float) -> bool:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        readable, _, _ = select.select([descriptor], [], [], timeout)
    finally:
        os.close(descriptor)
    return bool(readable)
