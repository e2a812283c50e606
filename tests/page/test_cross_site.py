"""A page of another site calls no function; a front end on this machine does.

A real browser, for which names in `.example` are this machine: what a page of the
internet is to it, and what a name is that was rebound.
"""

from __future__ import annotations

import http.server
import threading

import pytest
from playwright.sync_api import expect

from page.tap import Tap
from runner.conftest import get
from runner_process import RunnerProcess

FUNCTION = """
import functions_framework

calls = []


@functions_framework.http
def note(request):
    calls.append(f"{request.method} {request.path.strip('/')}")
    return "noted", 200, {
        "Access-Control-Allow-Origin": request.headers.get("Origin", "*"),
        "Access-Control-Allow-Headers": "x-mine",
        "Access-Control-Allow-Methods": "PUT",
    }


@functions_framework.http
def noted(request):
    return "\\n".join(calls)
"""

WAYS = {
    "image": "add('img', {src: at})",
    "script": "add('script', {src: at})",
    "style": "add('link', {rel: 'stylesheet', href: at})",
    "frame": "add('iframe', {src: at})",
    "hidden-frame": "add('iframe', {src: at, referrerPolicy: 'no-referrer'})",
    "opaque": "fetch(at, {mode: 'no-cors', referrerPolicy: 'no-referrer'})",
    "post": "fetch(at, {method: 'POST', mode: 'no-cors', body: 'x'})",
    "read": "fetch(at)",
    "preflight": "fetch(at, {method: 'PUT', headers: {'X-Mine': '1'}})",
    "beacon": "navigator.sendBeacon(at, 'x')",
    "stream": "new EventSource(at)",
    "socket": "new WebSocket(at.replace('http', 'ws'))",
    "form": (
        "add('iframe', {name: 'sink'});"
        "add('form', {action: at, method: 'post', target: 'sink'}).submit()"
    ),
}
"""How a page sends requests without a click: `at` is the address."""

WITHOUT_ORIGIN = {"hidden-frame", "opaque"}
"""Ways that tell nothing of the page they come from."""

SCRIPT = """
function add(name, values) {
    const element = Object.assign(document.createElement(name), values);
    document.body.append(element);
    return element;
}
"""


class Site(http.server.BaseHTTPRequestHandler):
    """Another site: one empty page."""

    def do_GET(self):
        body = f"<!doctype html><body><script>{SCRIPT}</script>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Be silent."""


@pytest.fixture(scope="module")
def site():
    """The port of a web server that serves another site, whatever its name."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def runner(site, tmp_path_factory):
    root = tmp_path_factory.mktemp("workspace")
    (root / "main.py").write_text(FUNCTION, "utf-8")
    options = ("--port", "0", "--allow-origin", f"http://front.example:{site}/")
    state = tmp_path_factory.mktemp("state")
    with RunnerProcess(root, state=state, options=options) as runner:
        yield runner


@pytest.fixture(scope="module")
def tap(runner):
    """What the browser talks to instead of the runner, to see each response."""
    with Tap(runner.address) as tap:
        yield tap


@pytest.fixture
def place(request):
    """Where the requests of a test go, below the function."""
    return request.node.name


def send(page, tap, place, ways=tuple(WAYS)):
    """Have a page send a request each way; return the statuses by way."""
    for way in ways:
        script = f"at => {{ {WAYS[way].replace('fetch', 'void fetch')} }}"
        page.evaluate(script, f"{tap.url}/note/{place}/{way}")
    found = tap.statuses(f"/note/{place}/{way}" for way in ways)
    return {way: found[f"/note/{place}/{way}"] for way in ways}


def noted(runner, place):
    """Return method and last segment of the requests that reached the function."""
    lines = [line.split(" ") for line in get(runner, "/noted")[1].splitlines()]
    return [
        f"{method} {path.removeprefix(place).strip('/')}"
        for method, path in lines
        if path.startswith(place)
    ]


def test_a_page_of_another_site_cannot_call_a_function(
    site, runner, tap, open_page, place
):
    page = open_page(f"http://evil.example:{site}/", is_live=False)

    assert send(page, tap, place) == {way: {403} for way in WAYS}
    assert noted(runner, place) == []


def test_a_refused_page_is_reported_once(site, runner, tap, open_page, place):
    page = open_page(f"http://loud.example:{site}/", is_live=False)
    send(page, tap, place, ["post", "read"])
    assert get(runner, f"/note/{place}/seen")[0] == 200
    runner.wait_event("request", path=f"/{place}/seen")

    said = [event for event in runner.events if event["event"] == "warning"]
    (warning,) = [event for event in said if "loud.example" in event["message"]]
    assert warning["hint"].endswith("or set allow-origin")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "app.localhost"])
def test_a_front_end_on_this_machine_keeps_working(
    site, runner, tap, open_page, place, host
):
    page = open_page(f"http://{host}:{site}/", is_live=False)
    # A name of this machine that is kept secret is a site like any other.
    ways = [way for way in WAYS if host == "127.0.0.1" or way not in WITHOUT_ORIGIN]

    found = send(page, tap, place, ways)

    assert {way: codes for way, codes in found.items() if 403 in codes} == {}
    reached = {line.split()[1] for line in noted(runner, place)}
    assert reached >= {way for way in ways if way != "socket"}


def test_an_allowed_origin_reaches_the_function(site, runner, tap, open_page, place):
    page = open_page(f"http://front.example:{site}/", is_live=False)
    text = page.evaluate(
        "at => fetch(at, {method: 'PUT', headers: {'X-Mine': '1'}})"
        ".then((response) => response.text())",
        f"{tap.url}/note/{place}/x",
    )
    assert text == "noted"
    assert noted(runner, place) == ["OPTIONS x", "PUT x"]


def test_a_link_of_another_site_opens_a_function(site, runner, tap, open_page, place):
    page = open_page(f"http://evil.example:{site}/", is_live=False)
    page.evaluate(
        "at => { add('a', {href: at, textContent: 'Open'}) }",
        f"{tap.url}/note/{place}/link",
    )
    page.get_by_text("Open").click()

    expect(page.get_by_text("noted")).to_be_visible()
    assert noted(runner, place) == ["GET link"]


def test_a_form_of_another_site_cannot_open_a_function(
    site, runner, tap, open_page, place
):
    page = open_page(f"http://evil.example:{site}/", is_live=False)
    page.evaluate(
        "at => add('form', {action: at, method: 'post'}).submit()",
        f"{tap.url}/note/{place}/form",
    )

    expect(page.get_by_text("--allow-origin")).to_be_visible()
    assert noted(runner, place) == []


@pytest.mark.parametrize("host", ["localhost", "front.example"])
def test_a_page_of_another_site_sees_and_replays_no_request(
    site, runner, tap, open_page, place, host
):
    """Not even one that may call functions: another port, an allowed origin."""
    assert get(runner, f"/note/{place}/once")[0] == 200
    id_ = runner.wait_event("request", path=f"/{place}/once")["request"]
    requests = f"/_funclens/requests?for={host}"
    one, replay = f"/_funclens/requests/{id_}", f"/_funclens/requests/{id_}/replay"
    page = open_page(f"http://{host}:{site}/", is_live=False)

    for way, target in (("read", requests), ("stream", requests), ("opaque", one)):
        script = f"at => {{ {WAYS[way].replace('fetch', 'void fetch')} }}"
        page.evaluate(script, f"{tap.url}{target}")
    page.evaluate(
        "at => { void fetch(at, {method: 'POST', mode: 'no-cors'}) }",
        f"{tap.url}{replay}",
    )

    assert tap.statuses([requests, one, replay]) == {
        requests: {403},
        one: {403},
        replay: {403},
    }
    assert noted(runner, place) == ["GET once"]


def test_dns_rebinding_is_refused(runner, open_page, place):
    url = runner.url.replace("127.0.0.1", "evil.example")
    page = open_page(f"{url}/note/{place}/rebound", is_live=False)

    expect(page.get_by_text("--allow-host evil.example")).to_be_visible()
    status = page.evaluate("fetch('/note/x').then((response) => response.status)")
    assert status == 403
    assert noted(runner, place) == []
