"""Requests from elsewhere: HTTP Archives and entries of Cloud Logging."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

import jsonschema
import pytest

from funclens.errors import UnknownFunctionError, UsageError
from funclens.requests.recorded.har_export import har_of
from funclens.requests.recorded.har_import import requests_of_har
from funclens.requests.recorded.imported_request import ImportedRequest, request_for
from funclens.requests.recorded.log_entry import request_of_log
from funclens.requests.recorded.recorded_request import recorded_request
from recorded.details import detail, message
from recorded.har_schema import SCHEMA
from runner_process import RunnerProcess, clean_environment
from source_tree import functions_of, write_tree

URL = "http://127.0.0.1:8080"
MAIN = """\
import functions_framework


@functions_framework.http
def hello(request):
    return f"{request.method} {request.full_path} {request.get_json(silent=True)}"


@functions_framework.http
def half(request):
    return {"half": 10 / request.get_json()["amount"]}
"""
JSON = ("Content-Type", "application/json")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return write_tree(tmp_path_factory.mktemp("imports") / "shop", {"main.py": MAIN})


@pytest.fixture(scope="module")
def functions(shop):
    return [*functions_of(shop).values()]


def recorded():
    binary = detail("POST", "/hello", body=bytes(range(256)))
    binary["response"] = {"status": 200, **message([], b"\xff\xfe")}
    return [
        detail("GET", "/hello/a%20b?x=1&y=", ("Accept", "text/html")),
        detail(
            "POST", "/hello", JSON, ("Authorization", "***"), body=b'{"a": "\xc3\xa9"}'
        ),
        binary,
        detail("GET", "/hello", status=0, response=None, timing={}),
        detail("GET", "/hello", seconds=None),
    ]


def test_an_archive_is_valid_and_holds_the_same_requests(functions):
    given = [recorded_request(value) for value in recorded()]

    archive = json.loads(json.dumps(har_of(given, URL)))

    jsonschema.validate(archive, SCHEMA)
    imported = requests_of_har(json.dumps(archive).encode())
    for request, original in zip(imported, given, strict=True):
        function, sent = request_for(request, functions, [])
        assert function.id == "main.hello"
        assert f"/hello{sent.path}" == original.target
        assert (sent.method, sent.body) == (original.method, original.request.body)
        kept = [pair for pair in original.request.headers if pair[1] != "***"]
        assert [*sent.headers] == kept


def test_an_archive_of_a_browser_is_read(functions):
    """With pseudo-headers of HTTP/2, headers of the connection, and a form."""
    headers = [
        (":method", "POST"),
        ("host", "h"),
        ("content-length", "3"),
        ("x-a", "1"),
    ]
    entry = {
        "request": {
            "method": "post",
            "url": "https://shop.example.com/hello?x=1",
            "headers": [{"name": name, "value": value} for name, value in headers],
            "postData": {"params": [{"name": "a", "value": "b c"}]},
        }
    }

    (request,) = requests_of_har(json.dumps({"log": {"entries": [entry]}}).encode())
    function, sent = request_for(request, functions, [])

    assert function.id == "main.hello"
    assert (sent.method, sent.path, sent.body) == ("POST", "?x=1", b"a=b+c")
    assert sent.headers == (("x-a", "1"),)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"log": {"entries": 1}}',
        b'{"log": {"entries": [{}]}}',
        b'{"log": {"entries": [{"request": {"method": "GET"}}]}}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_archive_is_an_error_with_a_hint(text):
    with pytest.raises(UsageError) as raised:
        requests_of_har(text)

    assert raised.value.hint


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://europe-west1-p.cloudfunctions.net/hello/a?b=1", "/a?b=1"),
        ("https://hello-abcdefghij-ew.a.run.app/a?b=1", "/a?b=1"),
        ("https://hello-123456789.europe-west1.run.app/hello", "/hello"),
        ("https://hello-123456789.europe-west1.run.app/", ""),
        ("http://localhost:8080/main.hello/a", "/a"),
        ("https://api.example.com/hello", ""),
    ],
)
def test_the_function_of_an_address_in_production_is_known(functions, url, path):
    function, request = request_for(ImportedRequest("GET", url, (), b""), functions, [])

    assert (function.id, request.path) == ("main.hello", path)


def test_an_address_of_no_function_is_an_error(functions):
    request = ImportedRequest("GET", "https://example.com/nosuch", (), b"")

    with pytest.raises(UnknownFunctionError) as raised:
        request_for(request, functions, [])

    assert raised.value.hint == "name it with --function"


TRACE = "projects/p/traces/0af7651916cd43dd8448eb211c80319c"
REQUEST_LOG = {
    "httpRequest": {
        "requestMethod": "POST",
        "requestUrl": "https://half-abcdefghij-ew.a.run.app/new?x=1",
        "status": 500,
        "userAgent": "Stripe/1.0",
    },
    "resource": {"type": "cloud_run_revision", "labels": {"service_name": "half"}},
    "trace": TRACE,
    "spanId": "b7ad6b7169203331",
}


def test_a_request_log_becomes_a_request(functions):
    imported = request_of_log(json.dumps(REQUEST_LOG).encode())
    function, request = request_for(imported, functions, [])

    assert (function.id, request.method, request.path) == (
        "main.half",
        "POST",
        "/new?x=1",
    )
    assert dict(request.headers) == {
        "User-Agent": "Stripe/1.0",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    assert imported.status == 500
    assert "without one" in imported.advice


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({"jsonPayload": {"message": "got", "body": {"amount": 1}}}, {"amount": 1}),
        (
            {"jsonPayload": {"message": "x", "severity": "INFO", "amount": 1}},
            {"amount": 1},
        ),
        ({"jsonPayload": {"message": 'got {"amount": 1}'}}, {"amount": 1}),
        ({"textPayload": 'payload: {"amount": 1}'}, {"amount": 1}),
        ({"jsonPayload": {"payload": '{"amount": 1}'}}, {"amount": 1}),
    ],
)
def test_what_was_logged_with_a_request_is_its_body(fields, body):
    """Only entries of the same trace belong to it."""
    other = {"jsonPayload": {"body": {"amount": 2}}, "trace": "projects/p/traces/1"}
    entries = [other, REQUEST_LOG, {**fields, "trace": TRACE}]

    imported = request_of_log(json.dumps(entries).encode())

    assert json.loads(imported.body) == body
    assert JSON in imported.headers
    assert imported.advice == ""


@pytest.mark.parametrize(
    "text",
    [b"", b"not json", b"[]", b"{}", b"[1]", b'{"httpRequest": 1}', b"[" * 100_000],
)
def test_what_is_no_log_entry_is_an_error_with_a_hint(text):
    with pytest.raises(UsageError) as raised:
        request_of_log(text)

    assert raised.value.hint


def run_funclens(state, *words, stdin=b""):
    return subprocess.run(
        [sys.executable, "-m", "funclens", *words],
        input=stdin,
        env=clean_environment() | {"XDG_STATE_HOME": str(state)},
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_requests_go_out_as_an_archive_and_come_in_again(shop, tmp_path):
    state = write_tree(tmp_path / "state", {"a": ""})
    file, folder = tmp_path / "shop.har", str(shop)
    with RunnerProcess(shop, state=state) as runner:
        urllib.request.urlopen(f"{runner.url}/hello/a?x=1").read()
        half = urllib.request.Request(
            f"{runner.url}/half", b'{"amount": 0}', dict([JSON])
        )
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(half)
        for number in (1, 2):
            runner.wait_until(
                lambda number=number: (
                    sum(e["event"] == "request" for e in runner.events) >= number
                ),
                what="the requests",
            )

        written = run_funclens(state, "requests", folder, "--har", str(file))
        again = run_funclens(state, "requests", folder, "--har", str(file))
        archive = json.loads(file.read_text("utf-8"))
        sent = run_funclens(state, "replay", folder, "--har", str(file))
        entry = json.dumps(
            [REQUEST_LOG, {"jsonPayload": {"amount": 4}, "trace": TRACE}]
        )
        logged = run_funclens(
            state, "replay", folder, "--log-entry", "-", stdin=entry.encode()
        )
        token = {"X-Funclens-Token": runner.wait_event("ready")["token"]}
        ids = "".join(f"&id={entry['_id']}" for entry in archive["log"]["entries"])
        route = f"{runner.url}/_funclens/requests/export?as=har{ids}"
        with urllib.request.urlopen(urllib.request.Request(route, None, token)) as got:
            exported = json.loads(json.loads(got.read())["text"])
        wrong = run_funclens(state, "replay", folder, "--har", os.devnull)

    assert written.stdout.decode() == f"2 requests in {file}\n", written.stderr
    assert b"already exists" in again.stderr
    jsonschema.validate(archive, SCHEMA)
    assert exported == archive
    first, second = sent.stdout.decode().splitlines()
    assert first.startswith("GET hello/a?x=1 -> 200 OK in ")
    assert first.endswith(" (recorded: 200)")
    assert second.startswith("POST half -> 500 INTERNAL SERVER ERROR in ")
    assert sent.returncode == 1
    assert json.loads(logged.stdout) == {"half": 2.5}, logged.stderr
    assert logged.returncode == 0
    assert wrong.returncode == 2


def test_a_body_that_is_not_base64_is_an_error():
    data = {"text": "é", "_encoding": "base64"}
    request = {"method": "POST", "url": "/", "postData": data}
    archive = {"log": {"entries": [{"request": request}]}}

    with pytest.raises(UsageError, match="entry 1 is not valid"):
        requests_of_har(json.dumps(archive).encode())
    data["text"] = base64.b64encode(b"\0").decode()
    assert requests_of_har(json.dumps(archive).encode())[0].body == b"\0"
