"""A worker is kept ready for the next save, and used for it."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from process import DEADLINE_S
from runner.conftest import get
from runner.proc import all_end, family, parent_of, wait_for_end

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="workers are forked on Linux only"
)

UNIT = """
import os

import functions_framework


@functions_framework.http
def {name}(request):
    return f"{{os.getpid()}} {{os.path.basename(os.getcwd())}}"
"""

FILES = {"one/main.py": UNIT.format(name="one"), "two/main.py": UNIT.format(name="two")}


@pytest.fixture
def folder(workspace):
    """Two units of one interpreter."""
    return workspace(FILES)


@pytest.fixture
def runner(folder, serve):
    """A runner with a worker for the first unit, which has been edited."""
    runner = serve(folder)
    before, unit = answer(runner, "/one")
    assert unit == "one"
    save(runner, folder / "one/main.py")
    assert answer(runner, "/one")[1] == "one"
    assert wait_for_end(before)
    return runner


def answer(runner, target):
    """Return the pid of the worker that answered, and its folder."""
    status, body = get(runner, target)
    assert status == 200, body
    pid, folder = body.split()
    return int(pid), folder


def standby_of(runner):
    """Wait for the worker that serves nothing yet; return its pid."""
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        working, _ = answer(runner, "/one")
        members = family(runner.pid)
        zygote = _above_reaper(working)
        idle = [
            pid for pid in members if pid != working and _above_reaper(pid) == zygote
        ]
        if idle:
            return idle[0]
    pytest.fail(f"no standby worker: {members}")


def _above_reaper(pid):
    """Return the zygote of a worker; None for what has ended."""
    try:
        return parent_of(parent_of(pid))
    except IndexError:
        return None


def save(runner, path):
    """Change a file and wait for the reload."""
    seen = len(runner.events)
    path.write_text(path.read_text("utf-8") + "# saved\n", "utf-8")
    runner.wait_event("reload", since=seen)


def test_the_standby_worker_serves_after_a_save(runner, folder):
    """Every save, the next one too."""
    for _ in range(2):
        before, _ = answer(runner, "/one")
        standby = standby_of(runner)
        save(runner, folder / "one/main.py")
        assert answer(runner, "/one") == (standby, "one")
        assert wait_for_end(before)


def test_the_standby_worker_can_serve_another_unit(runner):
    """It learns its folder when it is told what to serve."""
    standby = standby_of(runner)
    assert answer(runner, "/two") == (standby, "two")


def test_a_killed_standby_worker_is_replaced(runner, folder):
    """Out of memory, it may go first."""
    standby = standby_of(runner)
    reaper = parent_of(standby)
    os.kill(standby, signal.SIGKILL)
    assert wait_for_end(reaper)
    save(runner, folder / "one/main.py")
    pid, unit = answer(runner, "/one")
    assert unit == "one"
    assert pid != standby


def test_a_unit_with_another_environment_does_not_use_it(runner, folder):
    """It was forked with the environment of the other unit."""
    standby = standby_of(runner)
    (folder / "two/.env").write_text("GREETING=hello\n", "utf-8")
    pid, unit = answer(runner, "/two")
    assert unit == "two"
    assert pid != standby


def test_the_standby_worker_ends_with_the_runner(runner):
    """Neither when the runner is stopped nor when it is killed."""
    standby_of(runner)
    members = family(runner.pid)
    os.kill(runner.pid, signal.SIGKILL)
    assert all_end(members) == []
