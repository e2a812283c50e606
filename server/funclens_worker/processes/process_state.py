"""Process state that importing a package must not change, so that forking is safe.

A fork keeps memory and loses threads. It shares open files, and keeps what a package
did once for its process, although each worker would have done it for itself.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any, Dict, List, NamedTuple, Tuple

from funclens_worker.processes.process_tree import children

_FORK_SAFE_THREADS = frozenset({"jemalloc_bg_thd"})
"""Names of native threads whose libraries handle a fork."""

_OF_THE_C_LIBRARY = 0b11 << 31
"""Signals 32 and 33, which the C library uses once it starts a thread."""

_SHARED_FILES = "/dev/"
"""Devices can be shared between processes; other files have one position."""


class ProcessState(NamedTuple):
    """Equal before and after an import that doesn't affect forks."""

    pid: int
    threads: Tuple[int, int]
    children: Tuple[int, ...]
    files: Tuple[str, ...]
    signals: Tuple[Any, ...]
    folder: str
    streams: Tuple[int, ...]
    patched: Tuple[int, ...]
    temporary: int
    """Changes when a file in the temporary folder is created or renamed."""

    @classmethod
    def read(cls) -> ProcessState:
        """Return the state of this process. Forks once if there are native threads."""
        return cls(
            pid=os.getpid(),
            threads=(threading.active_count(), _native_threads()),
            children=tuple(sorted(children())),
            files=tuple(sorted(_open_files())),
            signals=_signals(),
            folder=os.getcwd(),
            streams=(id(sys.stdin), id(sys.stdout), id(sys.stderr)),
            patched=tuple(map(id, _replaceable())),
            temporary=id(vars(tempfile).get("_name_sequence")),
        )


def _replaceable() -> List[object]:
    """Return what some packages replace for the whole process."""
    return [
        builtins.__import__,
        builtins.open,
        builtins.print,
        os.fork,
        select.select,
        signal.signal,
        socket.socket,
        subprocess.Popen,
        threading.Thread,
        threading.Thread.start,
        time.sleep,
    ]


def _native_threads() -> int:
    """Return the number of threads that a fork loses, including the main one.

    OpenBLAS ends its threads before a fork and restarts them on demand, so threads that
    are gone after a fork are handled by their library.
    """
    count = _count_threads()
    if count == 1:
        return count
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return _count_threads()


def _count_threads() -> int:
    count = 0
    for task in os.listdir("/proc/self/task"):
        path = f"/proc/self/task/{task}/comm"
        with contextlib.suppress(OSError), open(path, encoding="utf-8") as file:
            count += file.read().strip() not in _FORK_SAFE_THREADS
    return count


def _open_files() -> List[str]:
    found = []
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the listing thread itself
            target = os.readlink(f"/proc/self/fd/{name}")
            if not target.startswith(_SHARED_FILES):
                found.append(target)
    return found


def _signals() -> Tuple[Any, ...]:
    """Return handlers and masks, including those of C code."""
    handlers = tuple(id(signal.getsignal(number)) for number in signal.valid_signals())
    fields = _status_fields("SigBlk", "SigIgn", "SigCgt")
    masks = [int(text, 16) & ~_OF_THE_C_LIBRARY for text in fields.values()]
    is_timed = signal.getitimer(signal.ITIMER_REAL) != (0.0, 0.0)
    return (handlers, *masks, is_timed, *_status_fields("Umask").values())


def _status_fields(*names: str) -> Dict[str, str]:
    with open("/proc/self/status", encoding="utf-8", errors="replace") as file:
        fields = dict(line.split(":\t", 1) for line in file if ":\t" in line)
    return {name: fields.get(name, "0").strip() for name in names}
