"""Which requests are refused before they reach a function."""

from __future__ import annotations

import pytest

from funclens.runner.http.access import Access, CrossSite, ForbiddenHost
from funclens.runner.http.head import HeadReader
from runner.conftest import exchange

HELLO = """
import functions_framework


@functions_framework.http
def hello(request):
    return "hello"
"""


def head(*headers: str, method: str = "GET", host: str = "localhost:8080"):
    lines = [f"{method} /hello HTTP/1.1", f"Host: {host}", *headers, "", ""]
    found = HeadReader().feed("\r\n".join(lines).encode())
    assert found is not None
    return found


CROSS = "Sec-Fetch-Site: cross-site"
EVIL = "Origin: https://evil.example"
LINK = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (EVIL,),  # a program that tries out CORS
        ("Sec-Fetch-Site: none", *LINK),
        ("Sec-Fetch-Site: same-origin", "Origin: http://localhost:8080"),
        ("Sec-Fetch-Site: same-site",),
        (CROSS, "Origin: http://localhost:3000"),
        (CROSS, "Origin: http://app.localhost:3000"),
        (CROSS, "Origin: https://127.0.0.1"),
        (CROSS, "Origin: http://[::1]:3000"),
        (CROSS, "Referer: http://localhost:3000/page?x"),
        (CROSS, *LINK),
    ],
)
def test_programs_local_pages_and_links_are_accepted(headers):
    assert Access().refusal(head(*headers)) is None


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ((CROSS,), ""),
        ((CROSS, EVIL), "https://evil.example"),
        ((CROSS, "Origin: null"), "null"),
        ((CROSS, "Origin: http://["), "http://["),
        ((CROSS, "Origin: https://localhost.evil.example"), None),
        ((CROSS, "Origin: https://127.0.0.1.evil.example"), None),
        ((CROSS, "Origin: https://evil.example#localhost"), None),
        ((CROSS, "Referer: https://evil.example/localhost"), "https://evil.example"),
        ((CROSS, EVIL, "Referer: http://localhost:3000/"), "https://evil.example"),
        ((CROSS, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"), ""),
        ((CROSS, *LINK, "Sec-Purpose: prefetch"), ""),
        ((EVIL, "Upgrade: websocket", "Sec-WebSocket-Key: x"), "https://evil.example"),
    ],
)
def test_pages_of_other_sites_are_refused(headers, origin):
    refusal = Access().refusal(head(*headers))

    assert isinstance(refusal, CrossSite)
    assert origin is None or refusal.origin == origin


def test_a_submitted_form_is_not_a_link():
    assert Access().refusal(head(CROSS, *LINK, method="POST")) == CrossSite("")


def test_neighbours_of_a_tunnel_are_other_sites():
    access = Access(("mine.tunnel.example",))
    neighbour = ("Sec-Fetch-Site: same-site", "Origin: https://evil.tunnel.example")
    own = ("Sec-Fetch-Site: same-site", "Origin: http://mine.tunnel.example:1")
    host = "mine.tunnel.example"

    assert isinstance(access.refusal(head(*neighbour, host=host)), CrossSite)
    assert access.refusal(head(*own, host=host)) is None


@pytest.mark.parametrize(
    "allowed", ["https://evil.example", "HTTPS://Evil.Example/", "*"]
)
def test_an_allowed_origin_is_accepted(allowed):
    assert Access((), (allowed,)).refusal(head(CROSS, EVIL)) is None


def test_allowing_all_origins_accepts_opaque_origins():
    assert Access((), ("*",)).refusal(head(CROSS)) is None


@pytest.mark.parametrize("host", ["0.0.0.0:8080", "[::]", "[::ffff:127.0.0.1]:8080"])
def test_addresses_without_fetch_metadata_are_refused(host):
    """They lead to this machine, but no `Sec-Fetch-Site` is sent to them."""
    assert isinstance(Access().refusal(head(host=host)), ForbiddenHost)


def test_no_header_hides_behind_a_long_one(workspace, serve):
    """The name of another host came after all that was looked at."""
    runner = serve(workspace({"main.py": HELLO}))
    long = b"X-Long: " + b"x" * 70_000
    data = b"GET /hello HTTP/1.1\r\n" + long + b"\r\nHost: rebound.example\r\n\r\n"

    status = exchange(runner, data).split()[1]

    assert status in {b"403", b"431"}
