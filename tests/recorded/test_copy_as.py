"""A recorded request copied as text: what other programs send is the same request."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from funclens.errors import UsageError
from funclens.requests.copying.copy_as import FORMATS, copy_as
from funclens.requests.http_file import parse_http_file
from funclens.requests.http_target import find_target, request_of_file
from funclens.requests.recorded.recorded_request import recorded_request
from recorded.details import detail, message

JSON = ("Content-Type", "application/json")
PLAIN = ("Content-Type", "text/plain")
REQUESTS = {
    "get": detail("GET", "/hello/a%20b?x=1&y=%C3%A9", ("User-Agent", "me")),
    "json": detail("POST", "/hello", JSON, body='{"a": "é\'$HOME`"}\n'.encode()),
    "ascii": detail("POST", "/hello", JSON, body=b'{"a":\n "b\\"c"}\n\n'),
    "binary": detail("PUT", "/hello", PLAIN, body=bytes(range(256))),
    "no type": detail("POST", "/hello", body=b"a=1"),
    "method": detail("PURGE", "/hello"),
    "head": detail("HEAD", "/hello"),
    "delete": detail("DELETE", "/hello", PLAIN, body=b"@file"),
    "brackets": detail("GET", "/hello/{a}?ids[]=1&ids[]=[2-3]"),
    "large": detail("POST", "/hello", PLAIN, body=b"0123456789abcde\n" * 20_000),
    "headers": detail("GET", "/hello", ("X-Empty", ""), ("X-Eq", "=a"), ("X-At", "@b")),
    "secret": detail("GET", "/hello", ("Authorization", "***"), ("X-A", "it's")),
}


class Recorder:
    """A server that keeps what it was sent last."""

    def __init__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self):
                self.raw_requestline = self.rfile.readline()
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                size = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(size)
                outer.last = (self.command, self.path, dict(self.headers), body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                self.wfile.flush()

            def log_message(self, *_):
                pass

        self.last = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def server():
    recorder = Recorder()
    yield recorder
    recorder.close()


def check(server, given):
    method, path, headers, body = server.last
    assert (method, body) == (given.method, given.request.body)
    assert path == given.target
    sent = {name.lower(): value for name, value in headers.items()}
    for name, value in given.request.headers:
        wanted = "Bearer secret" if value == "***" else value
        assert sent[name.lower()].strip() == wanted
    if given.request.body and given.request.header("Content-Type") is None:
        assert not sent.get("content-type")


@pytest.mark.parametrize("name", REQUESTS)
def test_curl_sends_the_same_request(server, name):
    given = recorded_request(REQUESTS[name])
    text = copy_as(given, server.url, "curl").text

    subprocess.run(
        ["sh"],
        input=text.encode(),
        env=os.environ | {"AUTHORIZATION": "Bearer secret"},
        check=True,
        capture_output=True,
        timeout=60,
    )

    check(server, given)


@pytest.mark.parametrize("name", sorted(REQUESTS.keys() - {"large"}))
def test_the_script_sends_the_same_request(server, name):
    given = recorded_request(REQUESTS[name])
    text = copy_as(given, server.url, "python").text
    fake = FakeRequests()

    code = compile(text, "copied.py", "exec")
    variables = {"AUTHORIZATION": "Bearer secret"}
    run(code, fake, variables)

    method, url, options = fake.sent
    assert (method, url) == (given.method, server.url + given.target)
    assert options.get("data", b"") == given.request.body
    for header, value in given.request.headers:
        wanted = "Bearer secret" if value == "***" else value
        assert options["headers"][header] == wanted


class FakeRequests:
    """What a copied script uses of `requests`."""

    status_code, text = 200, ""

    def request(self, method, url, **options):
        self.sent = (method, url, options)
        return self

    def __getattr__(self, name):
        return lambda url, **options: self.request(name.upper(), url, **options)


def run(code, fake, variables):
    before = sys.modules.get("requests")
    sys.modules["requests"] = fake
    os.environ |= variables
    try:
        exec(code, {})  # noqa: S102
    finally:
        del sys.modules["requests"]
        if before is not None:
            sys.modules["requests"] = before
        for name in variables:
            del os.environ[name]


@pytest.mark.parametrize("name", sorted(REQUESTS.keys() - {"binary", "method"}))
def test_an_http_file_holds_the_same_request(server, name):
    """Methods that `.http` files don't have are no requests of one."""
    given = recorded_request(REQUESTS[name])
    file = parse_http_file(copy_as(given, server.url, "http").text)
    (found,) = file.requests
    routes = {"main.hello": ["main.hello"], "hello": ["main.hello"]}

    target = find_target(file, found, routes, [server.url], {})
    assert target is not None
    request = request_of_file(file, found, target.path, {}, lambda _: b"")

    assert target.function == "main.hello"
    assert f"/hello{request.path}" == given.target
    assert request.method == given.method
    assert request.headers == given.request.headers
    if not given.request.body.endswith(b"\n"):  # a file can't tell
        assert request.body == given.request.body


def test_httpie_gets_one_word_per_header():
    given = recorded_request(REQUESTS["secret"])

    text = copy_as(given, "http://localhost:8080", "httpie").text

    assert text.split(" \\\n  ") == [
        "http GET http://localhost:8080/hello",
        '"Authorization:$AUTHORIZATION"',
        "'X-A:it'\"'\"'s'",
    ]


def test_httpie_gets_a_body_as_it_is():
    given = recorded_request(REQUESTS["json"])

    words = shlex.split(copy_as(given, "http://localhost:8080", "httpie").text)

    assert words[:3] == ["http", "--ignore-stdin", "POST"]
    assert words[-2:] == ["--raw", given.request.body.decode()]


def test_what_is_missing_is_said():
    value = detail("POST", "/hello", ("Cookie", "***"), body=b"abc")
    value["request"] = message([("Cookie", "***")], b"abc", truncated=True, size=9)

    copied = copy_as(recorded_request(value), "http://localhost:8080", "curl")

    assert copied.advice == (
        "Only the first 3 bytes of the body are kept. Fill in what is masked: cookie."
    )


def test_headers_of_the_connection_are_left_out():
    connection = [("Host", "a"), ("Content-Length", "1"), ("Connection", "close")]
    value = detail("POST", "/hello", *connection, PLAIN, body=b"a")

    text = copy_as(recorded_request(value), "http://localhost:8080", "python").text

    assert '"Content-Type"' in text
    assert not any(name in text for name, _ in connection)


def test_a_body_that_is_not_text_cannot_be_in_an_http_file():
    with pytest.raises(UsageError, match="the body is not text"):
        copy_as(recorded_request(REQUESTS["binary"]), "http://localhost", "http")


def test_an_unknown_format_is_an_error_with_those_that_exist():
    with pytest.raises(UsageError) as raised:
        copy_as(recorded_request(REQUESTS["get"]), "http://localhost", "wget")

    assert all(name in raised.value.hint for name in FORMATS)


def test_a_target_with_a_host_is_sent_to_the_runner():
    value = detail("GET", "http://example.com/hello?a=1")

    assert recorded_request(value).target == "/hello?a=1"


def test_a_target_that_is_not_known_is_made_of_function_and_path():
    value = detail("GET", "/hello/a?b=1")
    del value["request"]["target"]

    assert recorded_request(value).target == "/main.hello/a?b=1"
