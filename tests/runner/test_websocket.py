"""A WebSocket upgrade gets what functions-framework says to it, and blocks nothing."""

from __future__ import annotations

import pytest

from interpreters import environment, interpreters
from runner.conftest import connect, get, read_all

VERSION = next(v for v in ("3.11", "3.10", "3.9") if v in interpreters())

SOURCE = """
import functions_framework.aio


@functions_framework.aio.http
async def plain(request):
    return request.method
"""

UPGRADE = b"""GET /plain HTTP/1.1\r
Host: localhost\r
Connection: Upgrade\r
Upgrade: websocket\r
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
Sec-WebSocket-Version: 13\r
\r
"""


@pytest.mark.parametrize(
    ("libraries", "status"),
    [
        (["websockets"], 403),
        (["wsproto"], 403),
        ([], 200),
    ],
    ids=["websockets", "wsproto", "none"],
)
def test_an_upgrade_gets_the_response_of_the_framework(
    libraries, status, workspace, serve
):
    """Starlette has no such route: 403. Without a library it is a plain request."""
    python = environment(VERSION, "functions-framework==3.10.2", "uvicorn", *libraries)
    folder = workspace({"main.py": SOURCE})
    runner = serve(folder, options=("--port", "0", "--python", str(python)))
    with connect(runner) as connection:
        connection.sendall(UPGRADE)
        answer = read_all(connection)
    assert int(answer.split()[1]) == status
    event = runner.wait_event("request", id="main.plain")
    assert (event["method"], event["status"]) == ("GET", status)
    assert get(runner, "/plain") == (200, "GET")
    runner.stop()
    assert not [line for line in runner.stderr if "Waiting up to" in line]
