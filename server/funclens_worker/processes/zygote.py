"""Forks the workers of one interpreter from a process that is warm already.

The zygote imports Flask, the framework, its HTTP server and the third-party
modules that the units of this interpreter were seen to import; it never imports
user code. A worker forked from it has only the user's own modules left to load.

A process with several threads must not be forked, so a module whose import
leaves threads behind stays out, but for those that handle a fork by themselves.
Which ones that are is found out in a child that is thrown away.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import socket
import sys
from typing import Iterable, List

from funclens_worker.processes.launcher import serve_launches
from funclens_worker.processes.reaper import BecomeWorker, Launch
from funclens_worker.user_traceback import installed_folders, installed_modules

BASE_MODULES = (
    "flask",
    "functions_framework",
    "funclens_worker.adapters.gunicorn",
    "funclens_worker.unit_app",
    "funclens_worker.loader",
    "funclens_worker.main",
    "funclens_worker.server",
)
"""What every worker needs, as far as the interpreter has it."""

HANDLES_FORK = frozenset({"numpy"})
"""Packages whose threads are safe to fork: OpenBLAS ends and restarts its own."""


def run(descriptor: int) -> int:
    """Fork workers until the front door is gone.

    The first line on the control socket is a JSON list of module names to
    import; the answer, when the zygote is warm, is a JSON object with the
    `folders` whose change makes it stale and the installed `modules` that it has
    loaded. Returns only in a forked worker, with the descriptor of its channel.
    """
    os.set_inheritable(descriptor, False)
    control = socket.socket(fileno=descriptor)
    names = _read_names(control)
    gc.disable()  # nothing that an import makes is garbage
    for name in BASE_MODULES:
        _import(name)
    import_all(names)
    gc.freeze()  # what is shared stays shared: no collection touches it

    def get_ready() -> None:
        _warm_up()
        gc.freeze()
        modules = installed_modules(list(sys.modules))
        warm = {"folders": installed_folders(), "modules": modules}
        control.sendall(json.dumps(warm).encode() + b"\n")

    try:
        # A worker that is waited for does not wait for the warm-up.
        serve_launches(control, _become, get_ready)
    except BecomeWorker as forked:
        if forked.launch.argv[-1] == "standby":
            _warm_up()  # in its own memory: what it touches is copied now, not later
        gc.enable()
        return forked.channel
    sys.exit(0)


def _warm_up() -> None:
    """Warm up what a request needs, where Flask is there to be warmed up."""
    if "flask" in sys.modules:
        from funclens_worker.processes.warmup import warm_up

        warm_up()


def import_all(names: Iterable[str]) -> None:
    """Import what can be imported without leaving threads behind."""
    wanted = sorted(names, key=lambda name: _package(name) not in HANDLES_FORK)
    while wanted and (safe := _safe(wanted)) != wanted:
        # What was left out may come back through a module that imports it.
        wanted = safe
    for name in wanted:
        _import(name)


def _become(launch: Launch, channel: int) -> None:
    """Take on what a fresh process would have been given."""
    os.environ.clear()
    os.environ.update(launch.env)
    raise BecomeWorker(launch, channel)


def _safe(names: List[str]) -> List[str]:
    """Return the names whose import leaves the process with one thread."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(read)
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 1)
            os.dup2(null, 2)
            os.write(write, json.dumps(_try(names)).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        answer = file.read()
    os.waitpid(pid, 0)
    found: List[str] = json.loads(answer or b"[]")
    return found


def _try(names: List[str]) -> List[str]:
    safe: List[str] = []
    before = _threads()
    for name in names:
        if not _import(name):
            continue
        after = _threads()
        if after == before or _package(name) in HANDLES_FORK:
            safe.append(name)
        before = after
    return safe


def _package(name: str) -> str:
    return name.partition(".")[0]


def _import(name: str) -> bool:
    try:
        importlib.import_module(name)
    except Exception:  # noqa: BLE001 - a broken package is the worker's to report
        return False
    return True


def _threads() -> int:
    """Return how many threads this process has, native ones counted."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 0


def _read_names(control: socket.socket) -> List[str]:
    data = b""
    while not data.endswith(b"\n"):
        part = control.recv(1)
        if not part:
            sys.exit(0)
        data += part
    names: List[str] = json.loads(data)
    return names
