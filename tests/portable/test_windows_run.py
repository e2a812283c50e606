"""`funclens run` with the code for Windows, and stand-ins for what Windows adds.

Nobody has run it on Windows: this shows that nothing of our own code is in the way.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from process import LiveProcess
from runner.conftest import exchange, get
from runner.proc import all_end, family
from runner_process import RunnerProcess, clean_environment

SCRIPT = Path(__file__).with_name("windows_run.py")

MAIN = """
import os
import subprocess

import functions_framework


@functions_framework.http
def hello(request):
    print("greeting")
    return f"hello {len(request.get_data())}"


@functions_framework.http
def leaves(request):
    os._exit(3)


@functions_framework.http
def starts(request):
    return str(subprocess.Popen(["sleep", "600"]).pid)
"""


class WindowsRunner(RunnerProcess):
    """A runner that believes to be on Windows."""

    def __init__(self, folder, state):
        LiveProcess.__init__(
            self,
            [
                *(sys.executable, str(SCRIPT), "run", "--events", "--port", "0"),
                str(folder),
            ],
            cwd=state,
            env=clean_environment()
            | {"LOCALAPPDATA": str(state), "USERPROFILE": str(state)},
        )


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unit")
    (folder / "main.py").write_text(MAIN, "utf-8")
    with WindowsRunner(folder, tmp_path_factory.mktemp("state")) as runner:
        yield runner


def test_requests_bodies_and_output_pass(runner):
    body = b"x" * 300_000
    head = b"POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n"

    assert exchange(runner, head + body).endswith(b"hello 300000")
    runner.wait_event("output", text="greeting\n")
    runner.wait_event("request", id="main.hello", status=200)


def test_a_worker_that_dies_is_told_and_replaced(runner):
    status, body = get(runner, "/leaves")

    assert status == 500
    assert "exited with code 3" in body
    assert get(runner, "/hello") == (200, "hello 0")


def test_a_stop_ends_everything(tmp_path):
    (tmp_path / "main.py").write_text(MAIN, "utf-8")
    with WindowsRunner(tmp_path, tmp_path) as runner:
        assert get(runner, "/starts")[0] == 200
        members = family(runner.pid)
        assert runner.stop() == 0
        assert all_end(members) == []
