"""Forks the workers of one interpreter from a warm process.

The zygote imports Flask, the framework, its HTTP server and the third-party packages
that the units of this interpreter use, but never user code. A forked worker only has to
load the user's own modules.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import socket
import sys
from typing import Any, Dict, Set

from funclens_worker.imports.import_recorder import recorder
from funclens_worker.processes.interpreter_stamp import stamps_of
from funclens_worker.processes.launcher import serve_launches
from funclens_worker.processes.reaper import BecomeWorker, Begin, Launch
from funclens_worker.user_traceback import installed_folders, installed_modules

BASE_MODULES = (
    "functions_framework",
    "flask",
    "funclens_worker.adapters.gunicorn",
    "funclens_worker.unit_app",
    "funclens_worker.loader",
    "funclens_worker.main",
    "funclens_worker.server",
)
"""Modules that every worker needs, if installed."""

_CHUNK = 65_536


def run(descriptor: int) -> int:
    """Fork workers until the front door is gone.

    The first line on the control socket is a JSON object with the `modules` to import
    and the `refused` packages to leave out. When the zygote is warm, it responds with
    another: the installed `modules` that it has loaded and their `files`, all `refused`
    packages, the `stamps` of what makes the zygote stale, and how long its `imports`
    took. Returns only in a forked
    worker, with the descriptor of its channel.
    """
    os.set_inheritable(descriptor, False)
    control = socket.socket(fileno=descriptor)
    wanted = _read_line(control)
    stamps = stamps_of([*installed_folders(), os.path.realpath(sys.executable)])
    gc.disable()  # imports create no garbage
    environment = dict(os.environ)
    recorder.begin()
    for name in BASE_MODULES:
        _import(name)
    recorder.begin_units(preloads=bool(wanted["modules"]))
    refused = _preload(wanted)
    gc.freeze()  # keep shared memory shared: no collection touches it

    def get_ready() -> None:
        _warm_up()
        recorder.end()
        gc.freeze()
        modules = installed_modules(list(sys.modules))
        answer = {
            "imports": recorder.to_json(),
            "files": [sys.modules[name].__file__ for name in modules],
            "modules": modules,
            "refused": sorted(refused),
            "stamps": stamps,
        }
        control.sendall(json.dumps(answer).encode() + b"\n")

    try:
        # Don't delay a requested worker until the warm-up is done.
        serve_launches(control, _begin(environment), get_ready)
    except BecomeWorker as forked:
        if forked.launch.argv[-1] == "standby":
            _warm_up()  # again, in its own memory: copy pages now, not later
        gc.enable()
        return forked.channel
    os._exit(0)  # exit handlers of packages belong to workers


def _preload(wanted: Dict[str, Any]) -> Set[str]:
    if not wanted["modules"]:
        return set()
    from funclens_worker.processes.preload import preload  # the first has nothing

    return preload(wanted["modules"], wanted["refused"])


def _begin(before: Dict[str, str]) -> Begin:
    """Return a function that gives a forked worker the state of a fresh process.

    `before` is the environment before the imports changed it.
    """
    after = dict(os.environ)
    names = {*before, *after}
    changes = {n: after.get(n) for n in names if after.get(n) != before.get(n)}

    def begin(launch: Launch, channel: int) -> None:
        os.environ.clear()
        os.environ.update(launch.env)
        for name, value in changes.items():
            if value is None:
                os.environ.pop(name, None)
            elif launch.env.get(name) == before.get(name):
                os.environ[name] = value
        _seed()
        raise BecomeWorker(launch, channel)

    return begin


def _seed() -> None:
    """Reseed random number generators; `random` does so by itself."""
    numpy: Any = sys.modules.get("numpy.random")
    if numpy is not None:
        with contextlib.suppress(Exception):
            numpy.seed()


def _warm_up() -> None:
    """Warm up request handling, if Flask is installed."""
    if "flask" in sys.modules:
        from funclens_worker.processes.warmup import warm_up

        with contextlib.suppress(Exception):  # only an optimization
            warm_up()


def _import(name: str) -> None:
    with contextlib.suppress(BaseException):  # the worker will report it
        importlib.import_module(name)


def _read_line(control: socket.socket) -> Dict[str, Any]:
    data = b""
    while not data.endswith(b"\n"):
        ahead = control.recv(_CHUNK, socket.MSG_PEEK)  # launches may follow
        part = control.recv(ahead.find(b"\n") + 1 or len(ahead)) if ahead else b""
        if not part:
            os._exit(0)
        data += part
    wanted: Dict[str, Any] = json.loads(data)
    return wanted
