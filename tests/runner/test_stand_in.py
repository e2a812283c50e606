"""The first zygote is a fork of the command line; user code cannot tell."""

from __future__ import annotations

import json
import sys

import pytest

from runner.conftest import get
from runner.proc import all_end, reapers_of_launcher

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="zygotes are for Linux only"
)

SELF_PORTRAIT = """
import gc
import json
import os
import signal
import sys
import threading

import flask

AT_IMPORT = threading.current_thread().name


def stream(value):
    names = "name mode encoding errors line_buffering write_through newlines closed"
    return {name: repr(getattr(value, name)) for name in names.split()}


def portrait(request: flask.Request):
    standard = (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
    return json.dumps({
        "path": sys.path,
        "argv": sys.argv,
        "flags": repr(sys.flags),
        "warnings": sys.warnoptions,
        "streams": [stream(value) for value in standard],
        "buffers": [type(value.buffer).__name__ for value in standard],
        "descriptors": [value.fileno() for value in standard],
        "main": [sys.modules["__main__"].__file__, sys.modules["__main__"].__name__],
        "command line": [name for name in sys.modules if name.startswith("funclens.")],
        "finders": [type(finder).__name__ for finder in sys.meta_path],
        "signals": {
            str(number): str(signal.getsignal(number))
            for number in signal.valid_signals()
            if number != signal.SIGCHLD
        },
        "ignored": [
            line for line in open("/proc/self/status") if line.startswith("SigIgn")
        ],
        "gc": [gc.isenabled(), gc.get_threshold()],
        "environment": sorted(os.environ.items()),
        "cwd": os.getcwd(),
        "umask": os.umask(0o022),
        "interpreter": [sys.executable, sys.prefix, sys.dont_write_bytecode],
        "limit": sys.getrecursionlimit(),
        "threads": [AT_IMPORT, threading.main_thread().name],
        "group": os.getpgrp() == os.getpid(),
    })
"""


FAILS = """
import sys

import functions_framework


@functions_framework.http
def hello(request): ...


raise ValueError(sys.exc_info()[1])
"""


def portrait(serve, folder, *options):
    """Return what a function sees of its process."""
    runner = serve(folder, options=("--port", "0", *options))
    status, body = get(runner, "/portrait")
    assert status == 200, body
    return json.loads(body)


def test_a_function_sees_the_state_of_a_fresh_interpreter(workspace, serve):
    """`--python` makes the runner execute the zygote's interpreter."""
    folder = workspace({"main.py": SELF_PORTRAIT})
    forked = portrait(serve, folder)
    executed = portrait(serve, folder, "--python", sys.executable)
    assert forked == executed
    assert forked["command line"] == []


def test_unbuffered_output_uses_a_fresh_interpreter(workspace, serve):
    """What PYTHONUNBUFFERED does to the streams is Python's business."""
    folder = workspace({"main.py": SELF_PORTRAIT})
    runner = serve(folder, env={"PYTHONUNBUFFERED": "1"})
    shown = json.loads(get(runner, "/portrait")[1])
    assert shown["buffers"][1] == "FileIO"


@pytest.mark.parametrize(
    "options", [("--env-file", "some.env"), ("--python", sys.executable)]
)
def test_an_unused_zygote_ends(workspace, serve, options):
    """The launcher has one reaper, which is that of the zygote that serves."""
    folder = workspace({"main.py": SELF_PORTRAIT, "some.env": "A=1\n"})
    words = [str(folder / word) if word == "some.env" else word for word in options]
    runner = serve(folder, options=("--port", "0", *words))
    assert get(runner, "/portrait")[0] == 200
    assert all_end(sorted(reapers_of_launcher(runner.pid))[:-1]) == []


def test_user_exceptions_have_no_context_of_the_runner(workspace, serve):
    """The zygote does not go on inside of an exception handler."""
    folder = workspace({"main.py": FAILS})
    status, body = get(serve(folder), "/hello")
    assert status == 500
    assert "ValueError: None" in body
