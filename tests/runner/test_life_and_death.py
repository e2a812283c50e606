"""Nothing outlives its parent, whatever is killed -9."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from process import DEADLINE_S
from runner.conftest import connect, get
from runner.proc import all_end, family, parent_of

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="looks at processes through /proc and pidfd"
)

MAIN = """
import re
import subprocess

import functions_framework

# One child in the worker's process group, one that left for a session of its own.
subprocess.Popen(["sleep", "987654"])
subprocess.Popen(["setsid", "sleep", "987655"])


@functions_framework.http
def hello(request):
    return "hello"


@functions_framework.http
def stuck(request):
    print("stuck", flush=True)
    re.match(r"(a+)+$", "a" * 64 + "b")  # holds the GIL for ever
"""


@pytest.fixture
def runner(workspace, serve):
    """A runner whose only worker has loaded and started processes of its own."""
    runner = serve(workspace({"main.py": MAIN}))
    assert get(runner, "/hello") == (200, "hello")
    return runner


def the(part, members):
    """Return the only pid whose command line holds `part`."""
    (found,) = [pid for pid, command in members.items() if part in command]
    return found


def roles(runner):
    """Return the pids of the family by what they are."""
    members = family(runner.pid)
    child = the("sleep 987654", members)
    worker = parent_of(child)
    reaper = parent_of(worker)
    zygote = parent_of(reaper)
    launcher = parent_of(parent_of(zygote))
    assert parent_of(launcher) == runner.pid
    return {
        "launcher": launcher,
        "zygote": zygote,
        "reaper": reaper,
        "worker": worker,
        "child": child,
        "stray": the("sleep 987655", members),
    }


def test_all_processes_exist_while_the_runner_lives(runner):
    """The other tests of this file would pass on an empty family."""
    assert len(set(roles(runner).values())) == 6


@pytest.mark.parametrize("victim", ["door", "launcher", "zygote", "reaper", "worker"])
def test_nothing_of_a_worker_outlives_the_death_of(victim, runner):
    """Worker, its child and its stray end, whoever is killed."""
    pids = roles(runner)
    os.kill(runner.pid if victim == "door" else pids[victim], signal.SIGKILL)
    assert all_end([pids[role] for role in ("worker", "child", "stray")]) == []


def test_the_port_is_free_after_the_front_door_is_killed(runner):
    """Nobody who lives on holds the listening socket."""
    pids = roles(runner)
    address = runner.address
    os.kill(runner.pid, signal.SIGKILL)
    assert all_end(list(pids.values())) == []
    with socket.create_server(address):
        pass


@pytest.mark.parametrize("victim", ["launcher", "zygote", "reaper", "worker"])
def test_the_next_request_succeeds_after_the_death_of(victim, runner):
    """The door starts what is missing."""
    pids = roles(runner)
    seen = len(runner.events)
    os.kill(pids[victim], signal.SIGKILL)
    runner.wait_event("worker-crashed", since=seen)
    assert get(runner, "/hello") == (200, "hello")
    child = the("sleep 987654", family(runner.pid))
    assert parent_of(child) != pids["worker"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_ends_everything_and_exits_with_zero(how, runner):
    """Also what user code started in a session of its own."""
    pids = roles(runner)
    os.kill(runner.pid, how)
    assert runner.wait() == 0
    assert all_end(list(pids.values())) == []
    assert runner.events[-1] == {"event": "stopped"}


def test_a_worker_stuck_in_c_code_dies_with_the_front_door(runner):
    """A regular expression that holds the GIL hears nothing; SIGKILL ends it."""
    pids = roles(runner)
    with connect(runner) as connection:
        connection.sendall(b"GET /stuck HTTP/1.1\r\nHost: localhost\r\n\r\n")
        runner.wait_event("output", text="stuck\n")
        os.kill(runner.pid, signal.SIGKILL)
        assert all_end(list(pids.values())) == []


def test_a_worker_that_does_not_finish_is_killed_when_the_runner_stops(runner):
    """The deadline of a stop is the runner's, not the function's."""
    pids = roles(runner)
    with connect(runner) as connection:
        connection.sendall(b"GET /stuck HTTP/1.1\r\nHost: localhost\r\n\r\n")
        runner.wait_event("output", text="stuck\n")
        assert runner.stop() == 0
        assert all_end(list(pids.values())) == []


def test_the_runner_ends_with_the_standard_input_of_its_parent(workspace, tmp_path):
    """The editor's server may be killed: the runner sees the end of a pipe."""
    folder = workspace({"main.py": MAIN})
    command = [sys.executable, "-m", "funclens", "run", "--events", "--port", "0"]
    with subprocess.Popen(
        [*command, "--parent-stdin", str(folder)],
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert json.loads(process.stdout.readline())["event"] == "ready"
        process.stdin.close()
        assert process.wait(DEADLINE_S) == 0
