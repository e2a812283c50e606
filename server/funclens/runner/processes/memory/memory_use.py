"""How much memory a worker uses, with the processes that it has started; Linux only."""

from __future__ import annotations

import os
import re
from pathlib import Path

__all__ = ["families_bytes", "peak_bytes"]

_PROC = Path("/proc")
_PEAK = re.compile(rb"^VmHWM:\s*([0-9]+) kB", re.MULTILINE)
_PRIVATE = re.compile(rb"^Private_(?:Clean|Dirty):\s*([0-9]+) kB", re.MULTILINE)


def peak_bytes(pid: int) -> int:
    """Return the most memory that a process has had since its start; 0 if it ended."""
    found = _PEAK.search(_read(_PROC / str(pid) / "status"))
    return int(found[1]) * 1024 if found else 0


def families_bytes(workers: list[int]) -> dict[int, int]:
    """Return what each worker and the processes that it has started use now.

    Of the latter only what they share with no other process: the rest is mostly the
    worker's own. It takes one look at every process of the machine.
    """
    me, parents = os.getpid(), _parents()
    children: dict[int, list[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)
    found = {}
    for worker in workers:
        if worker not in parents:  # it has ended
            continue
        # Orphans are children of its reaper, if it has one.
        is_spawned = parents[worker] == me
        todo = [worker] if is_spawned else list(children[parents[worker]])
        used = 0
        while todo:
            pid = todo.pop()
            used += _resident(pid) if pid == worker else _private(pid)
            todo += children.get(pid, ())
        found[worker] = used
    return found


def _parents() -> dict[int, int]:
    found = {}
    for entry in os.listdir(_PROC):  # noqa: PTH208 - a Path for each is slower
        if entry.isdigit() and (stat := _read(_PROC / entry / "stat")):
            found[int(entry)] = int(stat.rpartition(b")")[2].split()[1])
    return found


def _resident(pid: int) -> int:
    fields = _read(_PROC / str(pid) / "statm").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if fields else 0


def _private(pid: int) -> int:
    sizes = _PRIVATE.findall(_read(_PROC / str(pid) / "smaps_rollup"))
    return sum(map(int, sizes)) * 1024


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended, or belongs to somebody else
        return b""
