"""What functions print comes in order with what is told of their requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from runner.conftest import get

SOURCE = """
import sys

import functions_framework


@functions_framework.http
def speaks(request):
    print("said", file=getattr(sys, request.args["stream"]))
    return "done"
"""
REQUESTS = 40


def test_a_request_is_logged_after_the_output_of_its_function(serve, workspace):
    """At every moment no more requests are over than have been heard of."""
    runner = serve(workspace({"main.py": SOURCE}))
    for stream in ("stdout", "stderr"):
        with ThreadPoolExecutor(4) as clients:
            targets = [f"/speaks?stream={stream}"] * REQUESTS
            answers = list(clients.map(lambda target: get(runner, target), targets))
        assert answers == [(200, "done")] * REQUESTS

    runner.wait_until(
        lambda: sum(e["event"] == "request" for e in runner.events) == 2 * REQUESTS,
        what="all requests",
    )
    lines = requests = 0
    for event in runner.events:
        if event["event"] == "output":
            lines += event["text"].count("said")
        elif event["event"] == "request":
            requests += 1
            assert requests <= lines
    assert lines == 2 * REQUESTS
