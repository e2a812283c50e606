"""The HTTP servers whose inside the worker uses: their oldest and newest versions.

Each adapter in `funclens_worker/adapters` names what is tested here.
"""

from __future__ import annotations

import json

import pytest

from interpreters import environment, interpreters
from runner.conftest import exchange, get

VERSION = next(v for v in ("3.11", "3.10", "3.9") if v in interpreters())

FLASK = """
import flask


def plain(request: flask.Request):
    if request.method == "POST":
        return {"got": request.get_data(as_text=True)}
    return request.path + request.args.get("x", "")


def crash(request: flask.Request):
    raise ValueError("no luck")


def streamed(request: flask.Request):
    return flask.Response(part for part in ("one", "two"))
"""

AIO = """
import functions_framework.aio
from starlette.responses import StreamingResponse


@functions_framework.aio.http
async def plain(request):
    if request.method == "POST":
        return {"got": (await request.body()).decode()}
    return request.url.path + request.query_params.get("x", "")


@functions_framework.aio.http
async def crash(request):
    raise ValueError("no luck")


@functions_framework.aio.http
async def streamed(request):
    return StreamingResponse(part for part in ("one", "two"))
"""

SERVERS = {
    "Werkzeug, oldest": (FLASK, "flask==2.2.5", "werkzeug==2.2.3"),
    "Werkzeug, newest": (FLASK, "flask"),
    "gunicorn, oldest": (FLASK, "flask", "gunicorn==20.1.0", "setuptools<80"),
    "gunicorn 22": (FLASK, "flask", "gunicorn==22.0.0"),
    "gunicorn, newest": (FLASK, "flask", "gunicorn"),
    "uvicorn, oldest": (AIO, "functions-framework==3.10.2", "uvicorn==0.18.0"),
    "uvicorn, newest": (AIO, "functions-framework==3.10.2", "uvicorn"),
}


@pytest.mark.parametrize("server", SERVERS)
def test_a_unit_is_served_by(server, workspace, serve):
    """Plain, with a body in parts, streamed, and a crash that is reported."""
    source, *requirements = SERVERS[server]
    python = environment(VERSION, *requirements)
    folder = workspace({"main.py": source})
    runner = serve(folder, options=("--port", "0", "--python", str(python)))

    assert get(runner, "/plain/a//b?x=1") == (200, "/a//b1")
    post = b"POST /plain HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    answer = exchange(runner, post + b"\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == {"got": "abcde"}
    streamed = exchange(runner, b"GET /streamed HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert b"one" in streamed
    assert b"two" in streamed
    assert get(runner, "/crash")[0] == 500
    request = runner.wait_event("request", id="main.crash")
    assert request["error"]["error"] == "ValueError: no luck"
