"""Functions and clients that misbehave: the rest of the workspace works on."""

from __future__ import annotations

import socket
import struct

import pytest

from runner.conftest import connect, exchange, get, read_all

FILES = {
    "bad/main.py": """
import os
import sys
import time

import functions_framework


@functions_framework.http
def leaves(request):
    os._exit(3)


@functions_framework.http
def prints_bytes(request):
    sys.stdout.buffer.write(b"\\xff\\xfe caf\\xc3\\xa9\\n")
    sys.stdout.flush()
    print("\\udc80 lone", file=sys.stderr)
    return "printed"


@functions_framework.http
def floods(request):
    for number in range(20_000):
        print(number, "x" * 100)
    return "flooded"


@functions_framework.http
def waits(request):
    print("waiting", flush=True)
    return request.get_data()


@functions_framework.http
def sleeps(request):
    while True:
        time.sleep(0.01)


@functions_framework.http
def good(request):
    return "good"
""",
    "other/main.py": """
import functions_framework


@functions_framework.http
def other(request):
    return "other"
""",
}


@pytest.fixture
def runner(workspace, serve):
    """A runner over a unit that misbehaves and another one."""
    return serve(workspace(FILES))


def test_a_function_that_exits_ends_only_its_worker(runner):
    """The client and the event are told why, the next works."""
    assert get(runner, "/leaves")[0] == 500
    crash = runner.wait_event("worker-crashed", unit="bad.main")
    assert crash["reason"] == "it exited with code 3"
    assert get(runner, "/good") == (200, "good")
    assert get(runner, "/other") == (200, "other")


def test_undecodable_output_is_escaped(runner):
    """Nothing is lost and nothing breaks."""
    assert get(runner, "/prints_bytes") == (200, "printed")
    runner.wait_event("output", text="\\xff\\xfe café\n")
    runner.wait_event("output", text="\\udc80 lone\n")


def test_large_output_arrives_whole(runner):
    """Two megabytes of lines: each of them, in order."""
    assert get(runner, "/floods") == (200, "flooded")
    runner.wait_until(
        lambda: "19999 " in "".join(e.get("text", "") for e in runner.events),
        what="the last line",
    )
    text = "".join(e["text"] for e in runner.events if e["event"] == "output")
    numbers = [int(line.split()[0]) for line in text.splitlines()]
    assert numbers == list(range(20_000))


def test_a_client_that_disconnects_affects_nothing(runner):
    """Reset in the middle of the body: the worker answers the next one."""
    for _ in range(5):
        seen = len(runner.events)
        connection = connect(runner)
        connection.sendall(
            b"POST /waits HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf"
        )
        runner.wait_event("output", since=seen, text="waiting\n")
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        connection.close()
        runner.wait_event("request", since=seen, id="bad.main.waits")
    assert get(runner, "/good") == (200, "good")


def test_a_body_over_the_production_limit_is_rejected_before_it_is_sent(runner):
    """413 for what is announced to be over 32 MiB."""
    head = b"POST /good HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
    answer = exchange(runner, head % (32 * 1024 * 1024 + 1))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"body-limit" in answer


ASYNCHRONOUS = """
import functions_framework.aio


@functions_framework.aio.http
async def waits_too(request):
    return str(len(await request.body()))
"""


@pytest.mark.parametrize("path", ["/waits", "/waits_too"])
def test_a_chunked_body_is_counted(workspace, serve, path):
    """It announces no length: 413 for who reads on."""
    settings = {"pyproject.toml": "[tool.funclens]\nbody-limit = 1\n"}
    files = {**FILES, **settings, "aio/main.py": ASYNCHRONOUS}
    runner = serve(workspace(files))
    statuses = []
    for size in (1024 * 1024, 1024 * 1024 + 1):
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n"
        head += f"Transfer-Encoding: chunked\r\n\r\n{size:x}\r\n"
        answer = exchange(runner, head.encode() + b"x" * size + b"\r\n0\r\n\r\n")
        statuses.append(int(answer.split()[1]))
    assert statuses == [200, 413]


def test_a_body_at_the_production_limit_is_accepted(runner):
    """Exactly 32 MiB go through."""
    size = 32 * 1024 * 1024
    head = f"POST /waits HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n"
    answer = exchange(runner, head.encode() + b"x" * size)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert len(answer.partition(b"\r\n\r\n")[2]) == size


def test_a_request_times_out_as_in_production(workspace, serve):
    """With the variables that switch the framework's own time limit on."""
    limits = {"CLOUD_RUN_TIMEOUT_SECONDS": "1", "THREADED_TIMEOUT_ENABLED": "true"}
    runner = serve(workspace(FILES), env=limits)
    assert get(runner, "/sleeps")[0] == 500
    assert get(runner, "/good") == (200, "good")


def test_a_stopped_function_does_not_block_a_reload(runner, tmp_path):
    """A request that never ends is left behind on the old worker."""
    with connect(runner) as connection:
        connection.sendall(b"GET /sleeps HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert get(runner, "/good") == (200, "good")
        source = tmp_path / "workspace/bad/main.py"
        text = source.read_text("utf-8").replace('return "good"', 'return "new"')
        source.write_text(text, "utf-8")
        runner.wait_event("reload")
        assert get(runner, "/good") == (200, "new")
        assert b"was replaced, and did not finish" in read_all(connection)


def test_another_name_for_a_decorated_function_is_served_as_http(workspace, serve):
    """Decorators register the name of the definition: the alias has lost its type."""
    main = """
import functions_framework


@functions_framework.cloud_event
def original(event):
    print(type(event).__name__)


alias = original
"""
    deploy = "gcloud functions deploy alias --entry-point alias --trigger-http\n"
    runner = serve(workspace({"main.py": main, "deploy.sh": deploy}))
    assert get(runner, "/original")[0] == 405
    get(runner, "/alias")
    runner.wait_event("output", text="Request\n")
