"""Requests whose worker dies: another worker answers, or a 500 says how it ended."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest

from runner.conftest import connect, exchange, get, read_all
from runner.proc import all_end, children_of

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="finds the worker through /proc"
)

MAIN = """
import ctypes
import os
import signal
import threading
import time

import functions_framework


def die():
    os._exit(3)


@functions_framework.http
def leaves(request):
    die()


@functions_framework.http
def crashes(request):
    ctypes.string_at(0)


@functions_framework.http
def aborts(request):
    os.abort()


@functions_framework.http
def terminates(request):
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)


@functions_framework.http
def streams(request):
    def parts():
        yield "first"
        request.stream.read()
        os._exit(4)
        yield "never"
    return parts()


@functions_framework.http
def waits(request):
    print("waiting", flush=True)
    request.stream.read()
    return "waited"


@functions_framework.http
def pid(request):
    return str(os.getpid())
"""

ASYNCHRONOUS = """
import asyncio
import os
import time

import functions_framework.aio


@functions_framework.aio.http
async def leaves_later(request):
    await asyncio.sleep(0)
    os._exit(5)


@functions_framework.aio.http
async def blocks(request):
    print("blocking", flush=True)
    time.sleep(600)


@functions_framework.aio.http
async def answers(request):
    return str(os.getpid())
"""

FILES = {"sync/main.py": MAIN, "aio/main.py": ASYNCHRONOUS}


@pytest.fixture
def runner(workspace, serve):
    """A runner over functions that end their worker in every way there is."""
    return serve(workspace(FILES))


def ask(runner, target, *headers):
    """Send a GET and return its connection."""
    lines = [f"GET {target} HTTP/1.1", "Host: localhost", *headers, "", ""]
    connection = connect(runner)
    connection.sendall("\r\n".join(lines).encode())
    return connection


LINE = {
    text: number
    for number, text in enumerate(MAIN.splitlines(), 1)
    if "os._exit(3)" in text or "string_at" in text or "os.abort" in text
}


@pytest.mark.parametrize(
    ("function", "how", "line"),
    [
        ("leaves", "exited with code 3", "    os._exit(3)"),
        ("crashes", "SIGSEGV", "    ctypes.string_at(0)"),
        ("aborts", "SIGABRT", "    os.abort()"),
        ("terminates", "SIGTERM", None),
    ],
)
def test_a_request_whose_worker_dies_gets_a_500_that_says_how(
    runner, tmp_path, function, how, line
):
    status, body = get(runner, f"/{function}")
    assert status == 500
    assert how in body
    crash = runner.wait_event("worker-crashed", unit="sync.main")
    assert how in crash["reason"]
    request = runner.wait_event("request", id=f"sync.main.{function}")
    assert request["status"] == 500
    assert how in request["error"]["error"]
    if line:
        source = str(tmp_path / "workspace/sync/main.py")
        assert f"{source}:{LINE[line]}" in body
        assert (crash["file"], crash["line"]) == (source, LINE[line])
        assert request["error"]["file"] == source


def test_a_program_gets_the_death_of_a_worker_as_json(runner):
    status, body = get(runner, "/leaves", "Accept: application/json")
    assert status == 500
    assert "exited with code 3" in body
    assert body.startswith("{")


def test_the_next_request_is_answered_however_often_the_worker_exits(runner):
    for _ in range(4):
        assert get(runner, "/leaves")[0] == 500
        assert get(runner, "/pid")[0] == 200


def test_an_aio_function_that_ends_its_process_gets_a_500(runner, tmp_path):
    status, body = get(runner, "/leaves_later")
    assert status == 500
    assert "exited with code 5" in body
    lines = ASYNCHRONOUS.splitlines()
    place = f"{tmp_path}/workspace/aio/main.py:{lines.index('    os._exit(5)') + 1}"
    assert place in body
    assert get(runner, "/answers")[0] == 200


def test_a_response_that_has_begun_is_cut_and_nothing_is_added(runner):
    with connect(runner) as connection:
        connection.sendall(
            b"POST /streams HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n"
        )
        received = b""
        while b"first" not in received:
            received += connection.recv(65_536)
        connection.sendall(b".")
        received += read_all(connection)
    assert received.count(b"HTTP/1.1") == 1
    assert not received.endswith(b"0\r\n\r\n")
    request = runner.wait_event("request", id="sync.main.streams")
    assert "exited with code 4" in request["error"]["error"]


def test_requests_that_no_thread_has_taken_go_to_the_next_worker(workspace, serve):
    runner = serve(workspace(FILES), env={"THREADS": "1"})
    first = int(get(runner, "/pid")[1])
    with ask(runner, "/waits", "Content-Length: 1") as taken:
        runner.wait_event("output", text="waiting\n")
        waiting = [ask(runner, "/pid") for _ in range(20)]
        os.kill(first, signal.SIGKILL)
        answers = [read_all(connection) for connection in waiting]
        assert b"SIGKILL" in read_all(taken)
    pids = {answer.partition(b"\r\n\r\n")[2] for answer in answers}
    assert len(pids) == 1
    assert pids != {str(first).encode()}
    for connection in waiting:
        connection.close()


def test_requests_that_a_blocked_loop_has_not_begun_go_to_the_next_worker(runner):
    first = int(get(runner, "/answers")[1])
    with ask(runner, "/blocks") as taken:
        runner.wait_event("output", text="blocking\n")
        waiting = [ask(runner, "/answers") for _ in range(20)]
        os.kill(first, signal.SIGKILL)
        answers = [read_all(connection) for connection in waiting]
        assert b"500 Internal Server Error" in read_all(taken)
    assert {answer.split()[1] for answer in answers} == {b"200"}
    for connection in waiting:
        connection.close()


def test_the_body_of_a_request_goes_with_it_to_the_next_worker(workspace, serve):
    echo = (
        MAIN
        + """

@functions_framework.http
def echo(request):
    return request.get_data()
"""
    )
    runner = serve(workspace({"sync/main.py": echo}), env={"THREADS": "1"})
    first = int(get(runner, "/pid")[1])
    body = b"x" * 300_000
    with ask(runner, "/waits", "Content-Length: 1"):
        runner.wait_event("output", text="waiting\n")
        with connect(runner) as connection:
            connection.sendall(
                b"POST /echo HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body)
            )
            sender = threading.Thread(target=connection.sendall, args=(body,))
            sender.start()
            os.kill(first, signal.SIGKILL)
            assert read_all(connection).partition(b"\r\n\r\n")[2] == body
            sender.join()


def test_nothing_is_answered_twice_when_the_reaper_of_a_worker_is_killed(runner):
    first = int(get(runner, "/pid")[1])
    with ask(runner, "/waits", "Content-Length: 1") as taken:
        runner.wait_event("output", text="waiting\n")
        (reaper,) = [
            pid for pid, child in children_of(runner.pid).items() if first in child
        ]
        os.kill(reaper, signal.SIGKILL)
        assert all_end([first]) == []
        answer = read_all(taken)
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert int(get(runner, "/pid")[1]) != first


def test_a_request_left_on_a_replaced_worker_is_told_so(workspace, serve, tmp_path):
    runner = serve(workspace(FILES))
    with ask(runner, "/waits", "Content-Length: 1") as taken:
        runner.wait_event("output", text="waiting\n")
        source = tmp_path / "workspace/sync/main.py"
        source.write_text(MAIN + "\n# changed\n", "utf-8")
        answer = read_all(taken)
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"was replaced" in answer


def test_a_request_of_a_head_is_answered_without_a_body(runner):
    answer = exchange(runner, b"HEAD /leaves HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert answer.endswith(b"\r\n\r\n")
