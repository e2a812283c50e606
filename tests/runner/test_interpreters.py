"""Units on every Python that is there, with old, new and no functions-framework."""

from __future__ import annotations

import json
import sys

import pytest

from interpreters import (
    VERSIONS,
    environment,
    interpreters,
    too_old_interpreters,
)
from runner.conftest import exchange, get

MAIN = """
import sys

import functions_framework


@functions_framework.http
def hello(request):
    return "%d.%d %s" % (*sys.version_info[:2], request.path)


@functions_framework.cloud_event
def on_event(event):
    print(event["type"], event.data)


def on_background(data, context):
    print(context.event_id, data)


@functions_framework.http
def crash(request):
    raise ValueError("no luck")
"""

# Beside decorated functions discovery takes it for a helper.
PROJECT = '[tool.funclens.functions]\n"main.on_background" = "event"\n'

TYPED = """
import functions_framework


class Order:
    def __init__(self, number):
        self.number = number

    @staticmethod
    def from_dict(values):
        return Order(values["number"])

    def to_dict(self):
        return {"number": self.number + 1}


@functions_framework.typed
def typed(order: Order):
    return order
"""

AIO = """
import functions_framework.aio


@functions_framework.aio.http
async def asynchronous(request):
    return {"path": request.url.path}
"""

FLASK_ONLY = """
import flask


def plain(request: flask.Request):
    return request.path
"""

# gunicorn 20 imports pkg_resources.
OLDEST = (
    "functions-framework==3.0.0",
    "werkzeug<3",
    "cloudevents<1.12",
    "setuptools<80",
)
NEWEST = ("functions-framework==3.10.2",)


def post(runner, target, body, *headers):
    """Return the status of a POST of JSON."""
    data = json.dumps(body).encode()
    lines = [
        f"POST {target} HTTP/1.1",
        "Host: localhost",
        f"Content-Length: {len(data)}",
        "Content-Type: application/json",
        *headers,
    ]
    answer = exchange(runner, "\r\n".join(lines).encode() + b"\r\n\r\n" + data)
    return int(answer.split()[1]), answer.partition(b"\r\n\r\n")[2].decode()


def serve_with(serve, folder, python):
    """Serve a folder with an interpreter for all its units."""
    return serve(folder, options=("--port", "0", "--python", str(python)))


def check_classic_functions(runner, version):
    """HTTP, CloudEvent and background functions, and a crash."""
    assert get(runner, "/hello/a") == (200, f"{version} /a")
    event = ["ce-id: 1", "ce-source: s", "ce-type: t", "ce-specversion: 1.0"]
    assert post(runner, "/on_event", {"a": 1}, *event) == (200, "OK")
    runner.wait_event("output", text="t {'a': 1}\n")
    legacy = {"context": {"eventId": "7", "eventType": "t"}, "data": {"b": 2}}
    assert post(runner, "/on_background", legacy) == (200, "OK")
    runner.wait_event("output", text="7 {'b': 2}\n")
    assert get(runner, "/crash")[0] == 500
    request = runner.wait_event("request", id="main.crash")
    assert request["error"]["error"] == "ValueError: no luck"
    assert request["error"]["file"].endswith("/main.py")


@pytest.mark.parametrize("version", sorted(interpreters(), key=VERSIONS.index))
def test_a_unit_runs_on_python(version, workspace, serve):
    """Every signature type, synchronous and not, with the newest framework."""
    files = {"main.py": MAIN, "typed/main.py": TYPED, "pyproject.toml": PROJECT}
    # The framework's asynchronous functions need Python 3.10 themselves.
    files |= {"aio/main.py": AIO} if version != "3.9" else {}
    runner = serve_with(serve, workspace(files), environment(version, *NEWEST))
    check_classic_functions(runner, version)
    assert post(runner, "/typed", {"number": 1}) == (200, '{"number": 2}')
    if version != "3.9":
        assert get(runner, "/asynchronous/x") == (200, '{"path":"/x"}')


def test_a_unit_runs_with_the_oldest_framework(workspace, serve):
    """Functions-framework 3.0.0: no typed functions, no asyncio, no execution ids."""
    version = next(v for v in ("3.9", "3.10", "3.11") if v in interpreters())
    folder = workspace({"main.py": MAIN, "pyproject.toml": PROJECT})
    runner = serve_with(serve, folder, environment(version, *OLDEST))
    check_classic_functions(runner, version)


def test_a_unit_runs_with_flask_alone(workspace, serve):
    """HTTP functions need no framework; Werkzeug's server answers."""
    version = next(iter(interpreters()))
    runner = serve_with(
        serve, workspace({"main.py": FLASK_ONLY}), environment(version, "flask")
    )
    assert get(runner, "/plain/a//b?x=1") == (200, "/a//b")
    assert get(runner, "/plain/favicon.ico")[0] == 404
    assert exchange(
        runner, b"FOO /plain/x HTTP/1.1\r\nHost: localhost\r\n\r\n"
    ).endswith(b"/x")


@pytest.mark.parametrize("python", too_old_interpreters().values() or [sys.executable])
def test_a_python_that_is_too_old_says_so(workspace, serve, python):
    """Also one that cannot even read what is written for a present one."""
    if python == sys.executable:  # this machine has no old one
        pytest.skip("no Python older than 3.9 is installed")
    folder = workspace({"main.py": FLASK_ONLY})
    runner = serve_with(serve, folder, python)

    for _ in range(3):
        status, body = get(runner, "/plain")
        assert status == 500
        assert "is too old: functions run on 3.9 or later" in body
        assert f"choose another interpreter than {python}" in body
