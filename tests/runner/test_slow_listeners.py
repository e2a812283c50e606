"""Who doesn't read what a runner says loses output, and holds nobody up."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import termios
import threading

import pytest

from process import DEADLINE_S
from runner.conftest import connect, get
from runner_process import clean_environment

SOURCE = """
import os

import functions_framework


@functions_framework.http
def prints(request):
    for number in range(int(request.args["lines"])):
        print(f"{number:06} " + "x" * 992)
    return "done"


@functions_framework.http
def exits(request):
    print("x" * 1_000_000)
    os._exit(3)
"""
LINES = 20_000
"""Of 1,000 bytes: more than every buffer on the way holds together."""


def events_request(runner):
    """Return the request for the stream of events."""
    token = runner.wait_event("ready")["token"]
    return (
        "GET /_funclens/events HTTP/1.1\r\nHost: localhost\r\n"
        f"X-Funclens-Token: {token}\r\n\r\n"
    ).encode()


def open_events(runner):
    """Return a listener that has read nothing yet."""
    connection = connect(runner)
    connection.sendall(events_request(runner))
    return connection


def read_events(connection, until):
    """Return the events of a listener up to one that `until` accepts."""
    lines = connection.makefile("r", encoding="utf-8")
    while lines.readline().strip():
        pass
    found = []
    for line in lines:
        found.append(json.loads(line))
        if until(found[-1]):
            return found
    raise AssertionError(found[-1])


def whole_lines(events):
    """Return the lines of `prints` that arrived whole."""
    received = "".join(e["text"] for e in events if e["event"] == "output")
    return [line for line in received.split("\n") if len(line) == 999]


def accounted_for(events):
    """Return how many lines arrived or were counted as left out: a range.

    A line that is cut at a gap counts as left out, at either end of the gap.
    """
    gaps = [e["lines"] for e in events if e["event"] == "output-dropped"]
    known = len(whole_lines(events)) + sum(gaps)
    return range(known - len(gaps), known + 1)


def is_end_of(id_):
    """Return what accepts the end of a request."""
    return lambda event: event["event"] == "request" and event["id"] == id_


@pytest.fixture
def runner(workspace, serve):
    """A runner whose own output is read."""
    return serve(workspace({"main.py": SOURCE}))


def test_a_listener_that_stops_reading_blocks_no_function(runner):
    """It loses lines, and is told how many when it reads again."""
    with open_events(runner) as stopped:
        assert get(runner, f"/prints?lines={LINES}") == (200, "done")
        assert get(runner, "/prints?lines=1") == (200, "done")
        runner.wait_until(
            lambda: sum('"request"' in line[:30] for line in runner.stdout) == 2,
            what="both requests",
        )
        # The listener that reads gets every line, or is told if it is too slow.
        runner.wait_until(
            lambda: LINES + 1 in accounted_for(runner.events),
            what="every line, or the number of those that were left out",
        )

        events = read_events(stopped, is_end_of("main.prints"))
    (dropped,) = [e for e in events if e["event"] == "output-dropped"]
    assert (dropped["unit"], dropped["stream"]) == ("main", "stdout")
    assert 0 < len(whole_lines(events)) < LINES
    assert LINES in accounted_for(events)
    assert [e["state"] for e in events if e["event"] == "unit-state"][-1] == "ready"


def test_the_exit_of_a_worker_does_not_wait_for_listeners(runner):
    """The next request is answered by the next worker."""
    with open_events(runner):
        get(runner, f"/prints?lines={LINES}")
        with connect(runner) as connection:
            connection.sendall(b"GET /exits HTTP/1.1\r\nHost: localhost\r\n\r\n")
            runner.wait_for_line('"worker-crashed"', stream="stdout")
        assert get(runner, "/prints?lines=1") == (200, "done")


def test_many_idle_listeners_are_like_one(runner):
    """Each has its own queue, and all are given up together."""
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(open_events(runner))
        assert get(runner, f"/prints?lines={LINES}") == (200, "done")


@contextlib.contextmanager
def funclens_run(folder, state, stdout, *options, stderr=subprocess.PIPE, shell=()):
    """Start `funclens run` whose standard output is what was given."""
    command = [sys.executable, "-m", "funclens", "run", "--port", "0", *options]
    with subprocess.Popen(
        [*shell, *command, str(folder)],
        env=clean_environment() | {"XDG_STATE_HOME": str(state)},
        cwd=state,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def registered_url(state, process):
    """Return the address that a runner has published, if it says nothing else."""
    registry = state / "funclens" / "runners"
    pause = threading.Event()
    for _ in range(int(DEADLINE_S * 20)):
        with contextlib.suppress(OSError, StopIteration, ValueError):
            return json.loads(next(registry.glob("*")).read_text())["url"]
        assert process.poll() is None
        pause.wait(0.05)
    raise AssertionError("no runner is registered")


def request(url, target):
    """Return the body of a GET."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), DEADLINE_S) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return connection.makefile("rb").read().rpartition(b"\r\n")[2]


def test_an_unread_pipe_blocks_neither_functions_nor_the_stop(workspace, tmp_path):
    """Also when standard error goes into the same pipe."""
    folder = workspace({"main.py": SOURCE})
    read, write = os.pipe()
    with funclens_run(folder, tmp_path, write, "--events", stderr=write) as process:
        os.close(write)
        with open(read, "rb", buffering=0, closefd=False) as pipe:
            url = json.loads(pipe.readline())["url"]
        assert request(url, f"/prints?lines={LINES}") == b"done"
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) == 0
    os.close(read)


def test_a_paused_terminal_blocks_neither_functions_nor_the_stop(workspace, tmp_path):
    """Ctrl+S halts all output of a terminal until Ctrl+Q."""
    folder = workspace({"main.py": SOURCE})
    ours, theirs = pty.openpty()
    with funclens_run(folder, tmp_path, theirs, stderr=theirs) as process:
        shown = b""
        while b"Press Ctrl+C" not in shown:
            shown += os.read(ours, 4096)
        url = shown.split(b"at ")[1].split()[0].decode()
        termios.tcflow(theirs, termios.TCOOFF)
        assert request(url, f"/prints?lines={LINES}") == b"done"
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) == 0
    os.close(theirs)
    os.close(ours)


def test_a_terminal_paused_from_the_start_blocks_nothing(workspace, tmp_path):
    """The start message waits, the functions are served, a signal ends it all."""
    folder = workspace({"main.py": SOURCE})
    ours, theirs = pty.openpty()
    termios.tcflow(theirs, termios.TCOOFF)
    with funclens_run(folder, tmp_path, theirs, stderr=theirs) as process:
        url = registered_url(tmp_path, process)
        assert request(url, "/prints?lines=1") == b"done"
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) == 0
    os.close(theirs)
    os.close(ours)


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_closed_from_the_start_block_nothing(closed, workspace, tmp_path):
    """As some supervisors start programs; nothing else gets their descriptors."""
    folder = workspace({"main.py": SOURCE})
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh"]
    with funclens_run(folder, tmp_path, subprocess.DEVNULL, shell=shell) as process:
        url = registered_url(tmp_path, process)
        assert request(url, "/prints?lines=1") == b"done"
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) == 0
