"""The pure parts of the history: messages, masks, traces, filters, limits."""

from __future__ import annotations

import asyncio
import json

import pytest

from funclens.runner.history import history as history_module
from funclens.runner.history import recording
from funclens.runner.history.entry import Entry, Timing
from funclens.runner.history.history import MOST_BYTES, History
from funclens.runner.history.http_message import parse_message
from funclens.runner.history.masking.redaction import Redaction
from funclens.runner.history.masking.secret_values import mask_values
from funclens.runner.history.query import Query
from funclens.runner.http.head import HeadReader
from funclens.runner.http.pending import PendingRequest
from funclens.runner.http.trace_context import parse_traceparent, trace_context
from funclens.runner.processes.worker_reports import WorkerReport, WorkerReports


def entry(number, *, status=200, body=b""):
    """Return an entry with a body."""
    head = b"POST /f HTTP/1.1\r\nHost: x\r\n\r\n"
    return Entry(
        id=f"0123abcd-{number}",
        function="main.f",
        unit="main",
        method="POST",
        path="/",
        query="",
        status=status,
        seconds=0.1,
        at=1_000.0 + number,
        request=head + body,
        request_size=len(head + body),
        response=b"",
        response_size=0,
        timing=Timing(),
    )


@pytest.mark.parametrize(
    ("kept", "body", "is_truncated"),
    [
        (b"A: b\r\n\r\nbody", b"body", False),
        (b"A: b\n\nbody", b"body", False),
        (b"A: b", b"", False),
        (b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", b"ab", False),
        (b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n5\r\ncd", b"abcd", True),
        (b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab", b"", True),
        (b"Transfer-Encoding: chunked\r\n\r\n-1\r\nab", b"", True),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"", True),
    ],
)
def test_kept_bytes_are_read_as_a_message(kept, body, is_truncated):
    message = parse_message(b"POST / HTTP/1.1\r\n" + kept, len(kept) + 17)

    assert message.body == body
    assert message.is_truncated == is_truncated


def test_interim_responses_are_skipped():
    interim = b"HTTP/1.1 100 Continue\r\n\r\n" * 2
    kept = interim + b"HTTP/1.1 201 Created\r\nA: b\r\n\r\nx"

    message = parse_message(kept, len(kept))

    assert (message.status, message.body) == (201, b"x")
    assert parse_message(b"", 0) is None


def test_masked_values_are_found_wherever_they_appear():
    redaction = Redaction()
    message = parse_message(
        b"GET / HTTP/1.1\r\nAuthorization: Basic dXNlcjpodW50ZXIyMg==\r\n"
        b"Cookie: a=first-cookie; b=2\r\n\r\n",
        0,
    )

    secrets = redaction.secrets(message, None)

    text = "password='hunter22', c='first-cookie', h='Basic dXNlcjpodW50…"
    assert mask_values(text, secrets) == "password='***', c='***', h='***…"


def test_names_are_masked_in_queries_forms_and_json():
    redaction = Redaction(["api_key", "PIN"])

    assert redaction.query("x=1&API-KEY=abc&pin=&y") == "x=1&API-KEY=***&pin=***&y"
    assert redaction.body_text("pin=1&a=2", "application/x-www-form-urlencoded") == (
        "pin=***&a=2"
    )
    text = '{"a": "say \\"pin\\": 5", "pin": [1, {"x": "]"}], "api_key": "k"}'
    masked = redaction.body_text(text, "application/json")
    assert json.loads(masked) == {"a": 'say "pin": 5', "pin": "***", "api_key": "***"}
    assert redaction.body_text('{"pin": "cut of', "application/json") == '{"pin": "***"'
    assert Redaction().body_text('{"pin": 1}', "application/json") == '{"pin": 1}'


def test_masking_is_linear_in_the_size_of_a_body():
    redaction = Redaction(["pin"])

    deep = '{"pin": ' + "[" * 500_000
    many = '{"pin": 1, ' * 100_000

    assert redaction.body_text(deep, "") == '{"pin": "***"'
    assert '"pin": 1' not in redaction.body_text(many, "")


def test_values_of_listed_names_are_found_wherever_they_appear():
    redaction = Redaction(["email", "card"])
    request = parse_message(
        b"POST /f?email=ada%2Bx%40example.com&x=1 HTTP/1.1\r\n\r\n"
        b'{"card": {"number": 4242424242424242, "name": "Z\\u00fc \\"L\\"ovelace"}}',
        0,
    )
    form = parse_message(
        b"POST /f HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n"
        b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\nbob@x.example\r\n'
        b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n\xff\x00\r\n--b--\r\n',
        0,
    )

    secrets = redaction.secrets(request, form)

    text = (
        "to ada+x@example.com, ada%2Bx%40example.com, bob@x.example; 4242424242424242"
    )
    assert mask_values(text, secrets) == "to ***, ***, ***; ***"
    for written in (r'{"n": "Z\u00fc \"L\"ovelace"}', r'{"n": "Zü \"L\"ovelace"}'):
        assert mask_values(written, secrets) == '{"n": "***"}'
    body = redaction.body(form, secrets)
    assert body == form.body.replace(b"bob@x.example", b"***")
    assert b"\xff\x00" in body


def test_attributes_of_a_cookie_are_no_secrets():
    response = parse_message(
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=first-cookie; Max-Age=31536000\r\n\r\n", 0
    )

    secrets = Redaction().secrets(None, response)

    assert mask_values("first-cookie 31536000", secrets) == "*** 31536000"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (f"00-{'a' * 32}-{'b' * 16}-01", ("a" * 32, "b" * 16)),
        (f"cc-{'a' * 32}-{'b' * 16}-01-later", ("a" * 32, "b" * 16)),
        (f"00-{'a' * 32}-{'b' * 16}-01-more", None),
        (f"ff-{'a' * 32}-{'b' * 16}-01", None),
        (f"00-{'0' * 32}-{'b' * 16}-01", None),
        (f"00-{'a' * 32}-{'0' * 16}-01", None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_a_traceparent_is_parsed(value, found):
    assert parse_traceparent(value) == found
    context = trace_context("0123abcd", 7, found)
    assert context.span_id == "0123abcd00000007"
    assert context.parent_id == (found[1] if found else None)
    assert len(context.trace_id) == 32


def test_the_oldest_entries_leave_when_there_are_too_many_or_too_large():
    history = History(3)
    for number in range(5):
        history.add(entry(number))
    assert [item.at for item in history.entries()] == [1_004, 1_003, 1_002]

    large = History(1_000)
    for number in range(100):
        large.add(entry(number, body=bytes(MOST_BYTES // 10)))
    assert len(large.entries()) == 9
    large.configure(2, ())
    assert len(large.entries()) == 2
    large.configure(0, ())
    assert large.entries() == []


def test_a_follower_that_reads_too_slowly_loses_the_oldest_and_is_told():
    history = History(5_000)
    follower = history.follow()
    for number in range(1_200):
        history.add(entry(number))

    assert follower.missed() == 200
    assert follower.missed() == 0


def test_filters_are_checked():
    found = [entry(2, status=503), entry(1, status=404), entry(0)]

    def numbers(query):
        return [int(item.at) - 1_000 for item in Query.parse(query).select(found)]

    assert numbers("") == [2, 1, 0]
    assert numbers("status=4xx,503") == [2, 1]
    assert numbers("status=failed") == [2]
    assert numbers("since=0123abcd-1") == [2]
    assert numbers("since=1970-01-01T00:16:41Z") == [2]
    assert numbers("since=unknown") == [2, 1, 0]
    assert numbers("function=main.g") == []
    assert numbers("limit=1") == [2]
    for wrong in ("status=x", "status=6xx", "limit=x", "limit=-1"):
        with pytest.raises(ValueError, match="must be"):
            Query.parse(wrong)


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_reports_are_read_however_they_arrive(size):
    lines = (
        b'{"event": "ready"}\n'
        b'{"event": "request", "follows": [2, 3]}\n\n{\xff\n\n{"event": "code"}\n'
        b"Fatal Python error\n"
        b'{"event": "request", "follows": [0, 0]}\n'
    )
    reports = WorkerReports()

    found = [
        report
        for at in range(0, len(lines), size)
        for report in reports.feed(lines[at : at + size])
    ]

    assert [report.event["event"] for report in found] == [
        *("ready", "request", "code", "request")
    ]
    assert (found[1].received, found[1].sent) == (b"\n{", b"\xff\n\n")
    assert reports.last_words == "Fatal Python error\n"


def test_the_entries_of_a_busy_worker_are_made_when_they_are_read(monkeypatch):
    made = []
    build = recording.entry_of
    monkeypatch.setattr(
        history_module, "entry_of", lambda *a: made.append(a) or build(*a)
    )
    history = History(most=3)

    for number in range(5):
        history.completed("main", report(number))
    for number in range(5):
        capture = [number, 1.0, 0.5, 0, 9, f"line {number}", 4, 2]
        event = {"event": "captures", "items": [capture]}
        history.captured(WorkerReport(event, b"bodyOK"))

    assert made == []
    found = history.entries()
    assert {entry.id for entry in found} == {f"{history.prefix}-{n}" for n in (2, 3, 4)}
    assert {entry.response for entry in found} == {b"OK"}
    assert {entry.output for entry in found} == {"line 2", "line 3", "line 4"}
    assert len(made) == 3


def test_who_follows_gets_new_entries_of_a_busy_worker_only():
    history = History(most=10)
    for number in (1, 2):
        history.completed("main", report(number))

    history.captured(captures(1))
    follower = history.follow()
    history.captured(captures(2))

    assert [entry.id for entry in asyncio.run(follower.take())] == [
        f"{history.prefix}-2"
    ]


def captures(number):
    """Return what a busy worker reports late about a request."""
    items = [[number, 1.0, 0.5, 0, 9, "", 4, 2]]
    return WorkerReport({"event": "captures", "items": items}, b"bodyOK")


def report(number):
    """Return what a busy worker reports about a request at once."""
    event = {
        "event": "request",
        "method": "POST",
        "path": "/",
        "query": "",
        "status": 200,
        "seconds": 0.5,
    }
    head = HeadReader().feed(b"POST /f HTTP/1.1\r\nHost: x\r\n\r\n")
    request = PendingRequest(number, "main.f", head, "/", connection=None)
    return WorkerReport(event, request=request)
