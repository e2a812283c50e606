"""The routes in the reference of the HTTP API exist, and no others."""

from __future__ import annotations

import http.client

from funclens.runner.api.routes import PREFIX, ROUTES
from process import DEADLINE_S

SOURCE = "import flask\n\n\ndef hello(request: flask.Request):\n    return ''\n"


def status_of(runner, method, path, headers):
    """Return the status of a request without reading the body, which may be endless."""
    connection = http.client.HTTPConnection(*runner.address, timeout=DEADLINE_S)
    try:
        connection.request(method, PREFIX + path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_documented_routes_exist_and_require_their_token(workspace, serve):
    runner = serve(workspace({"main.py": SOURCE}))
    token = {"X-Funclens-Token": runner.wait_event("ready")["token"]}

    for route in ROUTES:
        anonymous = status_of(runner, route.method, route.path, {})
        is_open = not (route.needs_token or route.access)
        assert anonymous == (200 if is_open else 403), route
        if route.method == "POST":
            assert status_of(runner, "GET", route.path, token) == 405, route
    assert status_of(runner, "GET", "/events", token) == 200
    for path in ("/control/restart-all", "/control", "/nothing"):
        assert status_of(runner, "POST", path, token) == 404, path
