"""What clients do to the front door, and what the door must not do to the others."""

from __future__ import annotations

import select
import time

import pytest

from runner.conftest import connect, exchange, get, read_all
from runner.proc import cpu_seconds

FILES = {
    "good/main.py": """
import functions_framework


@functions_framework.http
def good(request):
    return request.get_data() or b"good"


@functions_framework.http
def streamed(request):
    def parts():
        yield "first"
        input_is_over = request.stream.read()
        yield "last"
    return parts()
""",
    "stuck/main.py": """
import os
import signal

import functions_framework


@functions_framework.http
def stop_here(request):
    print("stopping", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
    return "never"
""",
    "broken/main.py": """
def broken(request):
    return undefined


raise ValueError("no luck")
""",
    "leaving/main.py": """
import sys


def leaving(request):
    return ""


sys.exit(7)
""",
    "dying/main.py": """
import os


def dying(request):
    return ""


os._exit(9)
""",
}

GET_GOOD = b"GET /good HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def runner(workspace, serve):
    """A runner over a good unit, one that stops and some that do not load."""
    return serve(workspace(FILES))


def test_an_unfinished_line_uses_no_cpu_and_blocks_nobody(runner):
    """A door that peeks at the socket would spin until the line is whole."""
    get(runner, "/good")
    with connect(runner) as slow:
        slow.sendall(GET_GOOD[:7])
        before = cpu_seconds(runner.pid)
        assert select.select([slow], [], [], 1.0)[0] == []
        assert cpu_seconds(runner.pid) - before < 0.2
        assert get(runner, "/good") == (200, "good")
        for byte in GET_GOOD[7:]:
            slow.sendall(bytes([byte]))
        assert read_all(slow).endswith(b"good")


def test_a_stopped_worker_blocks_no_other_and_its_queue_is_bounded(runner):
    """The worker of one unit takes nothing; others answer; at last it is a 503."""
    with connect(runner) as first:
        first.sendall(b"GET /stop_here HTTP/1.1\r\nHost: localhost\r\n\r\n")
        runner.wait_event("output", text="stopping\n")
        waiting = []
        refused = b""
        for _ in range(3_000):
            connection = connect(runner)
            connection.sendall(b"GET /stop_here HTTP/1.1\r\nHost: localhost\r\n\r\n")
            waiting.append(connection)
            readable = select.select(waiting, [], [], 0)[0]
            if readable:
                refused = read_all(readable[0])
                break
        started = time.monotonic()
        assert get(runner, "/good") == (200, "good")
        assert time.monotonic() - started < 10
        for connection in waiting:
            connection.close()
    assert refused.startswith(b"HTTP/1.1 503 ")


def test_bytes_after_the_head_reach_the_function(runner):
    """What the door has read beyond the head is the body's beginning."""
    answer = exchange(
        runner,
        b"POST /good HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\n\r\n"
        b"hello world",
    )
    assert answer.endswith(b"\r\n\r\nhello world")


def test_the_first_part_of_a_stream_arrives_before_the_request_is_over(runner):
    """The worker has the socket: nobody in between can hold parts back."""
    with connect(runner) as connection:
        connection.sendall(
            b"POST /streamed HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n"
        )
        received = b""
        while b"first" not in received:
            received += connection.recv(65_536)
        assert b"last" not in received
        connection.sendall(b".")
        assert b"last" in read_all(connection)


def test_every_response_closes_its_connection(runner):
    """Two requests on one connection: the first is answered, the second is not."""
    answer = exchange(runner, GET_GOOD + GET_GOOD)
    assert answer.count(b"HTTP/1.1 200 OK") == 1
    assert b"\r\nConnection: close\r\n" in answer


def test_a_client_that_uses_https_gets_an_error(runner):
    """A TLS hello gets a sentence instead of silence."""
    answer = exchange(runner, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
    assert b"400 Bad Request" in answer
    assert b"uses http, not https" in answer


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 200),
        ("127.0.0.1", 200),
        ("[::1]:8080", 200),
        ("app.localhost", 200),
        ("host.docker.internal:8080", 200),
        ("rebound.example", 403),
        ("localhost.example:8080", 403),
    ],
)
def test_only_hosts_of_this_machine_are_accepted(runner, host, status):
    """A web page that rebinds its own name to 127.0.0.1 gets nothing."""
    request = f"GET /good HTTP/1.1\r\nHost: {host}\r\n\r\n"
    answer = exchange(runner, request.encode())
    assert int(answer.split()[1]) == status
    if status == 403:
        assert f"--allow-host {host}".encode() in answer


def test_an_allowed_host_is_accepted(workspace, serve):
    """The option takes the name that the 403 shows."""
    options = ["--port", "0", "--allow-host", "tunnel.example"]
    runner = serve(workspace(FILES), options=options)
    answer = exchange(runner, b"GET /good HTTP/1.1\r\nHost: Tunnel.example:1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("unit", "reason"),
    [
        ("broken", "ValueError: no luck"),
        ("leaving", "SystemExit: the module called sys.exit(7) as it loaded"),
        ("dying", "it exited with code 9"),
    ],
)
def test_a_unit_that_fails_to_load_returns_500_with_the_reason(runner, unit, reason):
    """And the rest of the workspace works."""
    status, body = get(runner, f"/{unit}")
    assert status == 500
    assert reason in body
    assert get(runner, "/good") == (200, "good")


def test_an_import_error_names_the_users_file_and_line(runner):
    """The place of the error, in the answer and in the event."""
    _, body = get(runner, "/broken")
    event = runner.wait_event("import-error", unit="broken.main")
    assert event["line"] == 6
    assert event["file"].endswith("broken/main.py")
    assert f"{event['file']}:6" in body
    assert "funclens" not in event["traceback"]


def test_a_failed_unit_is_loaded_again(runner, tmp_path):
    """The next request after the mistake is mended gets an answer."""
    assert get(runner, "/broken")[0] == 500
    source = tmp_path / "workspace/broken/main.py"
    source.write_text("def broken(request):\n    return 'mended'\n", "utf-8")
    assert get(runner, "/broken") == (200, "mended")


def test_an_unknown_name_gets_suggestions(runner):
    """404 with a way on."""
    status, body = get(runner, "/goood")
    assert status == 404
    assert "/good" in body


def test_the_root_lists_the_functions_for_programs_and_people(runner):
    """JSON by default, a page for browsers."""
    status, body = get(runner, "/")
    assert status == 200
    assert '"endpoint": "good"' in body
    status, page = get(runner, "/", "Accept: text/html")
    assert status == 200
    assert "<h3>/good</h3>" in page
