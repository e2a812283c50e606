"""A unit whose workers end again and again is started less and less often."""

from __future__ import annotations

import json

import pytest

from funclens.runner.units.crash_loop import CrashLoop
from runner.conftest import connect, get, read_all

DIES = """
import os


def dies(request):
    os._exit(3)
"""


class Clock:
    """A clock that moves when it is told to."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_the_delay_doubles_with_each_crash_up_to_a_limit(clock):
    crashes = CrashLoop(clock)
    delays = []
    for _ in range(14):
        crashes.started()
        crashes.crashed()
        delays.append(crashes.seconds_left)
        clock.now += crashes.seconds_left
    assert delays == [0, 0, 0, 0, 0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30]
    assert crashes.status is not None
    assert crashes.status.count == 14


@pytest.mark.parametrize("what", ["answered", "forget"])
def test_an_answer_or_a_save_ends_the_loop(clock, what):
    crashes = CrashLoop(clock)
    for _ in range(9):
        crashes.crashed()
    getattr(crashes, what)()
    assert crashes.status is None
    crashes.crashed()
    assert crashes.status is None


def test_a_worker_that_has_lived_long_begins_the_count_again(clock):
    crashes = CrashLoop(clock)
    for _ in range(9):
        crashes.crashed()
    crashes.started()
    clock.now += 3_600
    crashes.crashed()
    assert crashes.status is None


def test_a_crash_loop_is_shown_everywhere_and_ends_with_a_save(
    workspace, serve, tmp_path
):
    runner = serve(workspace({"main.py": DIES}))
    for _ in range(5):
        assert get(runner, "/dies")[0] == 500
    state = runner.wait_event("unit-state", state="failed")
    assert state["crash_loop"]["count"] == 5
    assert "crash loop (5 in a row): it exited with code 3" in state["failure"]["error"]
    assert (state["failure"]["line"], state["failure"]["file"]) == (
        6,
        f"{tmp_path}/workspace/main.py",
    )
    starts = len([e for e in runner.events if e["event"] == "worker-started"])
    while "main is not started" not in (body := get(runner, "/dies")[1]):
        pass  # a slow machine: the delay was over
    assert "it exited with code 3" in body
    _, listing = get(runner, "/")
    (unit,) = json.loads(listing)["runner"]["units"]
    assert unit["crash_loop"]["count"] >= 5
    assert "crash loop" in get(runner, "/", "Accept: text/html")[1]
    (tmp_path / "workspace/main.py").write_text(
        "def dies(request):\n    return 'lives'\n", "utf-8"
    )
    runner.wait_event("reload")
    assert get(runner, "/dies") == (200, "lives")
    assert [e for e in runner.events if e["event"] == "unit-state"][-1][
        "crash_loop"
    ] is None
    assert starts >= 5


def test_no_request_waits_for_a_module_that_ends_its_process(workspace, serve):
    runner = serve(workspace({"main.py": f"{DIES}\n\nos._exit(9)\n"}))
    connections = [connect(runner) for _ in range(30)]
    for connection in connections:
        connection.sendall(b"GET /dies HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"it exited with code 9" in read_all(connection)
        connection.close()
    crashes = [e for e in runner.events if e["event"] == "import-error"]
    assert len(crashes) < 30
