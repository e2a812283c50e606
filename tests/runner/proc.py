"""Looks at processes that are not our children; Linux only, through /proc."""

from __future__ import annotations

import contextlib
import os
import select
from pathlib import Path

from process import DEADLINE_S


def family(pid: int) -> dict[int, str]:
    """Return every descendant of a process: pid to command line."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _read(entry / "stat")):
            parent = int(stat.rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(entry.name))
    found: dict[int, str] = {}
    todo = [pid]
    while todo:
        for child in parents.get(todo.pop(), []):
            found[child] = command_of(child)
            todo.append(child)
    return found


def reapers_of_launcher(runner: int) -> list[int]:
    """Return the pids of what the launcher of a runner has started."""
    (launcher,) = [pid for pid in family(runner) if parent_of(pid) == runner]
    return [pid for pid in family(launcher) if parent_of(pid) == launcher]


def children_of(root: int) -> dict[int, set[int]]:
    """Return every descendant of a process with the pids of its own children."""
    members = family(root)
    found: dict[int, set[int]] = {pid: set() for pid in members}
    for pid in members:
        with contextlib.suppress(IndexError):  # it has ended
            if (parent := parent_of(pid)) in found:
                found[parent].add(pid)
    return found


def parent_of(pid: int) -> int:
    """Return the parent's pid. Raises IndexError when the process has ended."""
    return int(_read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()[1])


def command_of(pid: int) -> str:
    """Return the command line, words joined by spaces; empty when it has ended."""
    return _read(Path(f"/proc/{pid}/cmdline")).replace("\0", " ").strip()


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for_end(pid: int, deadline: float = DEADLINE_S) -> bool:
    """Wait until a process has ended; False when `deadline` seconds pass before."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], deadline)[0])
    finally:
        os.close(descriptor)


def all_end(pids: list[int] | dict[int, str]) -> list[int]:
    """Wait for each; return those that did not end in time."""
    return [pid for pid in pids if not wait_for_end(pid)]


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
