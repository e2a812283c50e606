"""The log entry of a failed request carries what that request printed."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

from runner.conftest import get

SOURCE = """
import asyncio
import logging
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import functions_framework
import functions_framework.aio

log = logging.getLogger("shop")
logging.basicConfig(level=logging.INFO)
print("at import")
both = threading.Barrier(2, timeout=30)


@functions_framework.http
def fails(request):
    print("to stdout", request.args["name"])
    both.wait()
    log.info("logged by %s", request.args["name"])
    both.wait()
    subprocess.run([sys.executable, "-c", "print('of a child')"], check=True)
    raise ValueError


@functions_framework.http
def floods(request):
    for number in range(100_000):
        print("line", number)
    print("x" * 6_000)
    raise ValueError


@functions_framework.http
def works(request):
    print("fine")
    return "ok"


@functions_framework.http
def refuses(request):
    print("none left", file=sys.stderr)
    return "", 503


@functions_framework.aio.http
async def later(request):
    name = request.query_params["name"]
    print("before", name)
    await asyncio.sleep(0.01)
    await asyncio.to_thread(print, "in a thread", name)
    raise ValueError
"""


def failures(runner, count):
    """Return the `request` events by path and query."""
    runner.wait_until(
        lambda: sum(e["event"] == "request" for e in runner.events) == count,
        what="all requests",
    )
    return {
        (event["id"], event["query"]): event
        for event in runner.events
        if event["event"] == "request"
    }


def test_requests_at_the_same_time_keep_their_own_lines(serve, workspace):
    runner = serve(workspace({"main.py": SOURCE}))
    with ThreadPoolExecutor(4) as clients:
        paths = [
            *("/fails?name=Ada", "/fails?name=Grace"),
            *("/later?name=Ada", "/later?name=Grace"),
        ]
        assert [x[0] for x in clients.map(lambda p: get(runner, p), paths)] == [500] * 4
    events = failures(runner, 4)
    for name in ("Ada", "Grace"):
        output = events["main.fails", f"name={name}"]["output"]
        assert output.startswith(f"to stdout {name}\nINFO:shop:logged by {name}\n")
        assert "child" not in output
        output = events["main.later", f"name={name}"]["output"]
        assert output.startswith(f"before {name}\nin a thread {name}\n")


def test_only_the_last_lines_of_a_failure_are_kept(serve, workspace):
    runner = serve(workspace({"main.py": SOURCE}))
    assert get(runner, "/works")[0] == 200
    assert get(runner, "/refuses")[0] == 503
    assert get(runner, "/floods")[0] == 500
    events = failures(runner, 3)
    assert "output" not in events["main.works", ""]
    assert events["main.refuses", ""]["output"] == "none left\n"
    output = events["main.floods", ""]["output"]
    assert output.startswith("…\n")
    assert "x" * 100 in output
    assert len(output) < 8_100


def test_the_log_entry_names_the_port_of_the_client(serve, workspace):
    """By which a client recognizes its own request."""
    runner = serve(workspace({"main.py": SOURCE}))
    host, port = runner.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"GET /refuses HTTP/1.1\r\nHost: localhost\r\n\r\n")
        own = client.getsockname()[1]
        while client.recv(65_536):
            pass
    assert failures(runner, 1)["main.refuses", ""]["port"] == own
