"""What a debugger needs to stop where a function fails: one exception filter."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from markers import markers_of
from process import DEADLINE_S
from runner.conftest import get
from runner.dap import AS_IN_THE_EXTENSION
from runner.test_debug import debug

FILES = {
    "main.py": """
import asyncio
from dataclasses import dataclass

import flask
import functions_framework
import functions_framework.aio

from helper import total


@dataclass
class Order:
    amount: int

    @staticmethod
    def from_dict(values):
        return Order(values["amount"])

    def to_dict(self):
        return {"amount": self.amount}


@functions_framework.http
def plain(request):
    price = {}
    return price["missing"]  # @plain


@functions_framework.http
def through_a_helper(request):
    return total([])


@functions_framework.http
def through_a_library(request):
    text = "no JSON"
    return flask.json.loads(text)  # @library


def kept(function):
    def inner(request):
        return function(request)

    return inner


@functions_framework.http
@kept
def decorated(request):
    return 1 / 0  # @decorated


@functions_framework.cloud_event
def on_event(event):
    raise ValueError(event["type"])  # @event


@functions_framework.typed
def charge(order: Order) -> Order:
    raise ValueError(order.amount)  # @typed


@functions_framework.aio.http
async def later(request):
    await asyncio.sleep(0)
    return await deeper()


async def deeper():
    raise LookupError("deep")  # @later


@functions_framework.http
def handled(request):
    try:
        return {}["missing"]
    except KeyError:
        return "handled"
""",
    "helper.py": """
def total(items):
    return sum(items) / len(items)  # @helper
""",
}
EVENT = {
    "specversion": "1.0",
    "type": "made.up",
    "source": "/here",
    "id": "1",
    "data": {},
}
CASES: dict[str, tuple[str, str, dict[str, Any] | None]] = {
    "plain": ("main.py", "plain", None),
    "through_a_helper": ("helper.py", "helper", None),
    "through_a_library": ("main.py", "library", None),
    "decorated": ("main.py", "decorated", None),
    "on_event": ("main.py", "event", EVENT),
    "charge": ("main.py", "typed", {"amount": 3}),
    "later": ("main.py", "later", None),
}
"""Function to file and marker of its failing line, and the body to send."""


def send(runner, name, body):
    """Return the status of a response; `body` is sent as JSON."""
    if body is None:
        return get(runner, f"/{name}")[0]
    kind = "application/cloudevents+json" if body is EVENT else "application/json"
    request = urllib.request.Request(
        f"{runner.url}/{name}", json.dumps(body).encode(), {"Content-Type": kind}
    )
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_every_kind_of_function_stops_at_the_line_that_fails(workspace, serve):
    """With its locals, once, and no longer than the filter is set.

    An exception that the function handles itself is none of its failures.
    """
    folder = workspace(FILES)
    runner = serve(folder)
    with debug(runner, "main") as client, ThreadPoolExecutor() as pool:
        client.attach({}, **AS_IN_THE_EXTENSION)
        client.request(
            "setExceptionBreakpoints", filters=["userUnhandled"], setByFunclens=True
        )
        for name, (file, marker, body) in CASES.items():
            assert get(runner, "/handled") == (200, "handled")
            answer = pool.submit(send, runner, name, body)
            thread, path, line = client.wait_stopped()
            expected = (str(folder / file), markers_of(folder / file)[marker])
            assert (path, line) == expected, name
            client.go_on(thread)
            assert answer.result(DEADLINE_S) == 500, name

        client.request("setExceptionBreakpoints", filters=[])
        assert send(runner, "plain", None) == 500


def test_the_locals_of_the_failing_line_are_there(workspace, serve):
    runner = serve(workspace(FILES))
    with debug(runner, "main") as client, ThreadPoolExecutor() as pool:
        client.attach({}, **AS_IN_THE_EXTENSION)
        client.request("setExceptionBreakpoints", filters=["userUnhandled"])
        answer = pool.submit(send, runner, "through_a_library", None)
        thread, _, _ = client.wait_stopped()
        frame = client.request("stackTrace", threadId=thread)["stackFrames"][0]
        value = client.request("evaluate", expression="text", frameId=frame["id"])
        assert value["result"] == "'no JSON'"
        client.go_on(thread)
        assert answer.result(DEADLINE_S) == 500
