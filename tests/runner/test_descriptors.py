"""When descriptors run out, somebody idle is closed, and nobody waits for ever."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from pathlib import Path

import pytest

from process import DEADLINE_S
from runner.conftest import connect, get, read_all
from runner.proc import cpu_seconds

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="looks at processes through /proc"
)

SOURCE = """
import resource

import functions_framework


@functions_framework.http
def hello(request):
    return "hello"


@functions_framework.http
def limit(request):
    return str(resource.getrlimit(resource.RLIMIT_NOFILE))
"""
HELD = """
import functions_framework


@functions_framework.http
def {name}(request):
    if request.args:
        print("held", flush=True)
    return request.get_data() or "{name}"
"""
LEAKING = """
import os

import functions_framework


@functions_framework.http
def leak(request):
    kept = []
    try:
        while True:
            kept.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        print("full", flush=True)
    request.get_data()
    for descriptor in kept:
        os.close(descriptor)
    return "closed"


@functions_framework.http
def hello(request):
    return "hello"
"""
UNITS = [f"unit{number:02}" for number in range(10)]
HOLD = "POST /{}?hold=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n"
SHORT = "ulimit -n 64"
LIVE = b"GET /_funclens/live HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def runner(workspace, serve):
    """A runner that may open 64 descriptors."""
    return serve(workspace({"main.py": SOURCE}), ulimit=SHORT)


def test_the_front_door_raises_its_limit_and_workers_keep_theirs(workspace, serve):
    """A function may open as much as under the framework, also after a crash."""
    folder = workspace({"main.py": SOURCE})
    runner = serve(folder, ulimit="ulimit -Sn 200; ulimit -Hn 300")
    assert get(runner, "/limit") == (200, "(200, 300)")
    limits = Path(f"/proc/{runner.pid}/limits").read_text("utf-8")
    (line,) = [line for line in limits.split("\n") if line.startswith("Max open files")]
    assert line.split()[3:5] == ["300", "300"]
    children = Path(f"/proc/{runner.pid}/task/{runner.pid}/children").read_text("utf-8")
    (launcher,) = map(int, children.split())
    seen = len(runner.events)
    os.kill(launcher, signal.SIGKILL)
    runner.wait_event("worker-crashed", since=seen)
    for _ in range(20):  # a dying zygote may still have forked a worker
        status, body = get(runner, "/limit")
        if status == 200:
            break
    assert body == "(200, 300)"


def test_clients_that_send_nothing_give_way_to_one_that_does(runner):
    """The oldest is closed for the next one."""
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(connect(runner)) for _ in range(200)]
        for connection in idle[100:]:
            connection.sendall(b"GET /hello HTTP/1.1\r\n")
        assert get(runner, "/hello") == (200, "hello")
        # The newest are still served.
        idle[-1].sendall(b"Host: localhost\r\n\r\n")
        assert read_all(idle[-1]).endswith(b"hello")
        assert idle[0].recv(1) == b""


def test_a_request_that_finds_no_descriptor_gets_a_503_with_the_reason(runner):
    """Streams are never idle: who comes after too many of them is refused."""
    assert get(runner, "/hello") == (200, "hello")
    with contextlib.ExitStack() as stack:
        refused = None
        for _ in range(100):
            connection = stack.enter_context(connect(runner))
            connection.sendall(LIVE)
            assert select.select([connection], [], [], DEADLINE_S)[0]
            answer = connection.recv(65_536)
            if answer.startswith(b"HTTP/1.1 503 "):
                refused = answer + read_all(connection)
                break
            assert answer.startswith(b"HTTP/1.1 200 ")
        assert refused is not None
        assert b"file descriptors (limit: 64)" in refused
        before = cpu_seconds(runner.pid)
        quiet = stack.enter_context(connect(runner))
        select.select([quiet], [], [], 2.0)
        assert cpu_seconds(runner.pid) - before < 0.5
    # All are closed: soon there is room again.
    pause = threading.Event()
    for _ in range(int(DEADLINE_S * 20)):
        status, body = get(runner, "/hello")
        if status == 200:
            break
        pause.wait(0.05)
    assert (status, body) == (200, "hello")


def test_more_units_than_descriptors_are_all_served(workspace, serve):
    """The least recently used idle worker ends for the next one."""
    files = {f"{name}/main.py": HELD.format(name=name) for name in UNITS}
    runner = serve(workspace(files), ulimit=SHORT)
    for _ in range(2):
        for name in UNITS:
            assert get(runner, f"/{name}") == (200, name)
    crashed = [e for e in runner.events if e["event"] == "worker-crashed"]
    assert crashed == []


def test_units_with_variables_of_their_own_are_served_too(workspace, serve):
    """Each has a zygote of its own, where there is room for one."""
    files = {f"{name}/main.py": HELD.format(name=name) for name in UNITS}
    files |= {f"{name}/.env": f"OWN={name}" for name in UNITS}
    runner = serve(workspace(files), ulimit=SHORT)
    for name in UNITS[:5]:
        assert get(runner, f"/{name}") == (200, name)


def test_busy_workers_are_left_alone_and_the_next_unit_gets_a_503(workspace, serve):
    """A request is never ended for another one."""
    files = {f"{name}/main.py": HELD.format(name=name) for name in UNITS}
    runner = serve(workspace(files), ulimit=SHORT)
    refused = ""
    with contextlib.ExitStack() as stack:
        held = []
        for name in UNITS:
            connection = stack.enter_context(connect(runner))
            connection.sendall(HOLD.format(name).encode())

            def outcome(unit=f"{name}.main"):
                names = ("output", "request")
                found = [e for e in runner.events if e.get("unit") == unit]
                return next((e for e in found if e["event"] in names), None)

            event = runner.wait_until(outcome, what="a held or refused request")
            if event["event"] == "request":
                refused = read_all(connection)
                break
            held.append(connection)
        assert len(held) > 2
        assert refused.startswith(b"HTTP/1.1 503 ")
        assert b"file descriptors (limit: 64)" in refused
        warning = runner.wait_event("warning", unit=f"{name}.main")
        assert "ulimit -n" in warning["hint"]
        for connection in held:
            connection.sendall(b"done")
            assert read_all(connection).endswith(b"done")
    assert get(runner, f"/{name}") == (200, name)


def test_a_function_that_uses_up_its_descriptors_hangs_no_request(workspace, serve):
    """Each gets a 503, no thread of the worker is lost, and later all is well."""
    runner = serve(workspace({"main.py": LEAKING}), ulimit="ulimit -n 200")
    with connect(runner) as leaking:
        leaking.sendall(HOLD.format("leak").encode())
        runner.wait_event("output", text="full\n")
        for _ in range(20):
            status, body = get(runner, "/hello")
            assert status == 503
            assert "The worker of main is out of file descriptors" in body
        leaking.sendall(b"done")
        assert read_all(leaking).endswith(b"closed")
    assert get(runner, "/hello") == (200, "hello")
    assert not [e for e in runner.events if e.get("stream") == "stderr"]
