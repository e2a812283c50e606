"""What the import of a package must leave as it was, for its process to be forked.

A fork keeps memory and loses threads. It shares open files, and it takes along what a
package did once to its process, where each worker would have had it done for itself.
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
"""Names of native threads whose library stops and forgets them when it is forked."""

_OF_THE_C_LIBRARY = 0b11 << 31
"""Signals 32 and 33, which the C library takes when it starts its first thread."""

_SHARED_FILES = "/dev/"
"""Devices may be open in many processes; every other file has one position."""


class ProcessState(NamedTuple):
    """Equal before and after an import that forks of the process do not notice."""

    pid: int
    threads: Tuple[int, int]
    children: Tuple[int, ...]
    files: Tuple[str, ...]
    signals: Tuple[Any, ...]
    folder: str
    streams: Tuple[int, ...]
    patched: Tuple[int, ...]
    temporary: int
    """Changes when something in the temporary folder was given a name."""

    @classmethod
    def read(cls) -> ProcessState:
        """Look at this process. Forks once where native threads have been started."""
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
    """Return how many threads a fork leaves behind, the main one included.

    OpenBLAS ends its threads before a fork and starts them again when it needs them:
    so whoever is gone after a fork handles it.
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
        with contextlib.suppress(OSError):  # the one that lists them
            target = os.readlink(f"/proc/self/fd/{name}")
            if not target.startswith(_SHARED_FILES):
                found.append(target)
    return found


def _signals() -> Tuple[Any, ...]:
    """Return handlers and masks, those of C code too."""
    handlers = tuple(id(signal.getsignal(number)) for number in signal.valid_signals())
    fields = _status_fields("SigBlk", "SigIgn", "SigCgt")
    masks = [int(text, 16) & ~_OF_THE_C_LIBRARY for text in fields.values()]
    is_timed = signal.getitimer(signal.ITIMER_REAL) != (0.0, 0.0)
    return (handlers, *masks, is_timed, *_status_fields("Umask").values())


def _status_fields(*names: str) -> Dict[str, str]:
    with open("/proc/self/status", encoding="utf-8", errors="replace") as file:
        fields = dict(line.split(":\t", 1) for line in file if ":\t" in line)
    return {name: fields.get(name, "0").strip() for name in names}
