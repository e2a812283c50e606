"""Which request caused which."""

from __future__ import annotations

import json
import sys

import pytest

from runner.conftest import connect, get, read_all
from runner.test_history import ask
from runner_process import RunnerProcess

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
PARENT = f"traceparent: 00-{TRACE}-{SPAN}-01"

CALLER = """
import os
import threading
import urllib.request

import functions_framework
from flask import Response, stream_with_context

BASE = os.environ["BASE_URL_FILE"]


def call(path, **headers):
    with open(BASE) as file:
        request = urllib.request.Request(file.read() + path, headers=headers)
    with urllib.request.urlopen(request) as response:
        return response.read().decode()


@functions_framework.http
def outer(request):
    return call("/inner")


@functions_framework.http
def inner(request):
    return call("/leaf")


@functions_framework.http
def passes(request):
    return call("/leaf", traceparent=request.headers["traceparent"])


@functions_framework.http
def twice(request):
    threads = [threading.Thread(target=call, args=["/inner"]) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return "done"


@functions_framework.http
def waits(request):
    def parts():
        yield b"first"
        yield request.stream.read()

    return Response(stream_with_context(parts()))
"""
LEAF = """
import functions_framework


@functions_framework.http
def leaf(request):
    return dict(request.headers)
"""


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    root = tmp_path_factory.mktemp("traces")
    folder, state = root / "workspace", root / "state"
    for name, text in (("caller", CALLER), ("leaf", LEAF)):
        (folder / name).mkdir(parents=True)
        (folder / name / "main.py").write_text(text, "utf-8")
    state.mkdir()
    base = root / "base"
    with RunnerProcess(
        folder, state=state, env={"BASE_URL_FILE": str(base)}
    ) as process:
        base.write_text(process.url)
        get(process, "/passes?warm", PARENT)
        recorded(process, 0, 2)
        yield process


def sent(runner, path, *headers, count=1):
    """Send a request; return all that it caused, in order of arrival."""
    seen = len(runner.events)
    status, body = get(runner, path, *headers)
    assert status == 200, body
    return recorded(runner, seen, count)


def recorded(runner, seen, count):
    """Return the requests of the next events, in order of arrival."""

    def look():
        ids = [e["request"] for e in runner.events[seen:] if e["event"] == "request"]
        return ids if len(ids) >= count else None

    ids = runner.wait_until(look, what=f"{count} requests")
    listed = ask(runner)[1]["requests"]
    found = [item for item in listed if item["id"] in ids]
    return sorted(found, key=lambda item: item["received_at"])


needs_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux says whose connection it is"
)


@needs_linux
def test_a_function_that_calls_others_is_one_trace(runner):
    outer, inner, leaf = sent(runner, "/outer", count=3)

    assert outer["parent_id"] is outer["parent_by"] is None
    assert len({item["trace_id"] for item in (outer, inner, leaf)}) == 1
    assert (inner["parent_id"], inner["parent_by"]) == (outer["span_id"], "connection")
    assert (leaf["parent_id"], leaf["parent_by"]) == (inner["span_id"], "connection")


@needs_linux
def test_parallel_calls_of_one_trace_stay_in_it(runner):
    first, *others = sent(runner, "/twice", count=5)

    assert len(others) == 4
    assert {item["trace_id"] for item in others} == {first["trace_id"]}
    spans = {item["span_id"] for item in (first, *others)}
    assert {item["parent_id"] for item in others} <= spans


def test_headers_say_which_trace_it_is(runner):
    (found,) = sent(runner, "/leaf", PARENT)

    assert (found["trace_id"], found["parent_id"]) == (TRACE, SPAN)
    assert found["parent_by"] == "header"


@pytest.mark.parametrize(
    ("value", "is_known"),
    [
        (f"{TRACE}/{int(SPAN, 16)};o=1", True),
        (f"{TRACE}/{int(SPAN, 16)}", True),
        (f"{TRACE}/0;o=1", False),
        (f"{TRACE}/{1 << 64}", False),
        (TRACE, False),
        ("0" * 32 + "/1", False),
    ],
)
def test_the_older_header_of_google_is_understood(runner, value, is_known):
    (found,) = sent(runner, "/leaf", f"X-Cloud-Trace-Context: {value}")

    expected = (TRACE, SPAN) if is_known else (found["trace_id"], None)
    assert (found["trace_id"], found["parent_id"]) == expected
    assert (found["trace_id"] == TRACE) == is_known


def test_a_function_that_passes_the_header_on_decides(runner):
    outer, leaf = sent(runner, "/passes", PARENT, count=2)

    assert outer["trace_id"] == leaf["trace_id"] == TRACE
    assert (outer["parent_id"], leaf["parent_id"]) == (SPAN, SPAN)


def test_functions_get_the_bytes_that_were_sent(runner):
    seen = len(runner.events)
    status, body = get(runner, "/leaf")
    recorded(runner, seen, 1)

    assert status == 200
    assert {name.lower() for name in json.loads(body)} == {
        "host",
        "function-execution-id",
    }


@needs_linux
def test_calls_of_unrelated_requests_of_one_worker_have_no_parent(runner):
    """It isn't known which of them made the connection."""
    seen = len(runner.events)
    head = b"POST /waits HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n"
    with connect(runner) as slow:
        slow.sendall(head)
        data = b""
        while b"first" not in data:
            data += slow.recv(65_536)
        get(runner, "/outer")
        slow.sendall(b"x")
        read_all(slow)
    found = recorded(runner, seen, 4)

    assert len({item["trace_id"] for item in found}) == 4
    assert {item["parent_id"] for item in found} == {None}
