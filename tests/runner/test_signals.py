"""Signals at any moment: a runner ends, leaves nothing, and shows no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from process import DEADLINE_S
from runner.conftest import exchange
from runner.proc import all_end, family
from runner_process import RunnerProcess, clean_environment

HELLO = """
import functions_framework


@functions_framework.http
def hello(request):
    return "hello"
"""
GET = b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
MOMENTS = 20
COMMAND = """
import sys
print("Python has begun", flush=True)
from funclens.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_any_moment_of_the_start_ends_it(workspace, tmp_path, number):
    folder = workspace({"main.py": HELLO})
    argv = [sys.executable, "-c", COMMAND, "run", "--port", "0", str(folder)]
    env = clean_environment() | {"XDG_STATE_HOME": str(tmp_path / "state")}
    for moment in range(MOMENTS):
        with subprocess.Popen(
            argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as runner:
            runner.stdout.readline()
            # No event tells how far a start is: any moment is to be survived.
            time.sleep(0.5 * moment / MOMENTS)
            started = family(runner.pid)
            runner.send_signal(number)
            _, errors = runner.communicate(timeout=DEADLINE_S)
            assert runner.returncode in {0, 130, -number}, (moment, errors.decode())
            assert b"funclens/cli/" not in errors, (moment, errors.decode())
            assert all_end(started) == []
    left = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert left == []


def test_two_interrupts_in_a_row_end_a_runner(workspace, serve):
    runner = serve(workspace({"main.py": HELLO}))
    started = family(runner.pid)

    os.kill(runner.pid, signal.SIGINT)
    os.kill(runner.pid, signal.SIGINT)

    assert runner.wait() in {0, 130}
    assert all_end(started) == []
    assert "Traceback" not in runner.report()


class Nohup(RunnerProcess):
    """A runner whose starter ignores the end of the terminal."""

    def __init__(self, *folders, state):
        old = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            super().__init__(*folders, state=state)
        finally:
            signal.signal(signal.SIGHUP, old)


def test_a_runner_under_nohup_survives_its_terminal(workspace, tmp_path):
    folder = workspace({"main.py": HELLO})
    state = tmp_path / "state"
    state.mkdir()
    with Nohup(folder, state=state) as runner:
        os.kill(runner.pid, signal.SIGHUP)

        assert exchange(runner, GET).endswith(b"hello")


def test_a_folder_that_is_deleted_and_made_again_is_served(workspace, serve):
    folder = workspace({"main.py": HELLO})
    runner = serve(folder)
    assert exchange(runner, GET).endswith(b"hello")
    since = len(runner.events)

    (folder / "main.py").unlink()
    folder.rmdir()
    runner.wait_event("functions-changed", since=since, functions=0)
    folder.mkdir()
    (folder / "main.py").write_text(HELLO.replace('"hello"', '"again"'), "utf-8")
    runner.wait_event("functions-changed", since=since, functions=1)

    assert exchange(runner, GET).endswith(b"again")
