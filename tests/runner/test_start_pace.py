"""Somebody who saves faster than a module loads still gets answers."""

from __future__ import annotations

import select
import time

from funclens.runner.units.start_pace import PATIENCE_SECONDS, StartPace
from process import DEADLINE_S
from runner.conftest import connect, get, read_all
from saving import save_at_once

SLOW = """
import time

time.sleep(1)
VERSION = {version}


def slow(request):
    return f"version {{VERSION}}"
"""


def wait_for_any(runner, names, *, since):
    """Wait for an event: a save that comes as a start begins needs no reload."""
    runner.wait_until(
        lambda: any(item["event"] in names for item in runner.events[since:]),
        what=f"one of {names}",
    )


def test_a_request_is_answered_while_saves_come_faster_than_the_module_loads(
    workspace, serve, tmp_path
):
    runner = serve(workspace({"main.py": SLOW.format(version=0)}))
    source = tmp_path / "workspace/main.py"
    version = 0
    with connect(runner) as connection:
        connection.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        until = time.monotonic() + DEADLINE_S
        while not select.select([connection], [], [], 0)[0]:
            assert time.monotonic() < until
            version += 1
            seen = len(runner.events)
            save_at_once(source, SLOW.format(version=version))
            wait_for_any(runner, {"reload", "request"}, since=seen)
        assert b"version" in read_all(connection)
    until = time.monotonic() + DEADLINE_S
    while (answer := get(runner, "/slow")) != (200, f"version {version}"):
        assert answer[0] == 200
        assert time.monotonic() < until


HELD = """
import os
import time

while not os.path.exists({gate!r}):
    time.sleep(0.01)
VERSION = {version}


def slow(request):
    return f"version {{VERSION}}"
"""


def test_a_failure_of_what_is_outdated_is_nobodys_answer(workspace, serve, tmp_path):
    gate = tmp_path / "gate"
    text = HELD.replace("{gate!r}", repr(str(gate)))
    runner = serve(workspace({"main.py": text.format(version=0)}))
    source = tmp_path / "workspace/main.py"
    with connect(runner) as connection:
        connection.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        runner.wait_event("worker-started")
        for version in ["1 / 0", "2 / 0", "3 / 0", "4"]:
            seen = len(runner.events)
            save_at_once(source, text.format(version=version))
            runner.wait_event("reload", since=seen)
        gate.touch()
        assert read_all(connection).endswith(b"version 4")


def test_only_a_start_that_saves_have_ended_twice_is_let_through():
    now = 0.0
    pace = StartPace(lambda: now)
    for _ in range(2):
        pace.started()
        assert not pace.must_wait
        pace.ended_early()
    pace.started()
    assert pace.must_wait
    assert pace.put_off()
    assert not pace.put_off()
    now = PATIENCE_SECONDS
    assert not pace.must_wait
    pace.ready()
    now = 0.0
    assert not pace.must_wait
