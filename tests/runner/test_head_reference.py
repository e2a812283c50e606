"""The front door reads a head as the servers of production do, whatever is in it.

Where gunicorn or h11 accept a request, the front door has routed the same one. What
they reject may be anything here: it is handed over, and they reject it.
"""

from __future__ import annotations

import contextlib

import h11
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser
from hypothesis import example, given, settings
from hypothesis import strategies as st

from funclens.runner.http.head import HEAD_LIMIT, BadHead, HeadReader

CONFIG = Config()
CONFIG.set("limit_request_line", 0)  # as functions-framework does


def mostly(likely: str, *others: str) -> st.SearchStrategy[str]:
    """Return one text most of the time."""
    return st.sampled_from([likely] * 2 * len(others) + [*others])


METHODS = mostly("GET", "POST", "get", "FOO", "G-T", "", "GE T", "G\x00T")
TARGETS = mostly(
    *("/", "/a", "/a b", "*", "//a", "http://b/a", "http://b", "b:80", "", "/\x00"),
    *("/ü", "/a?b#c", "/a\tb", "HTTP/1.1", "/%zz", "/\x7f", "/a\x0bb", "http:/x"),
)
VERSIONS = mostly("HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "http/1.1", "", "X")
NAMES = mostly(
    *("Host", "host", "Host ", " Host", "X", "X-Host", "Ho\x00st", "Host\t", ""),
    *("Content-Length", "Transfer-Encoding", "Expect", "Connection", "Accept"),
    *("Content_Length", "X\x0bHost", "X\rHost", "\xa0Host", "\x0bHost", "\tHost"),
)
VALUES = mostly(
    *("a", "b:80", "", " ", "0", "1", "+1", "1, 1", "²", "0" * 30, "\x00", "chunked"),
    *("chunked, gzip", "identity", "100-continue", "close", "a\r\n folded"),
    *("a\nHost: c", "a\rHost: c", "a\r\n\tHost: c", "\x0b", "a\x0bHost: c", "\x85"),
)
ENDS = mostly("\r\n", "\n", "\r", "\r\r\n", "\x0b", "\n\r\n")
GAPS = mostly(" ", "  ", "\t", "", "\x0b")
COLONS = mostly(": ", ":", " : ", "", ":\t", ":\x0b")
BEFORE = mostly("", "\r\n", "\n", "\r", " ", "\r\n\r\n")


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """Return what is more or less a request."""
    line = draw(BEFORE) + draw(METHODS) + draw(GAPS) + draw(TARGETS)
    line += draw(GAPS) + draw(VERSIONS) + draw(ENDS)
    fields = "".join(
        draw(NAMES) + draw(COLONS) + draw(VALUES) + draw(ENDS)
        for _ in range(draw(st.integers(0, 4)))
    )
    text = (
        line + fields + draw(ENDS) + draw(st.sampled_from(["", "x", "GET / HTTP/1.1"]))
    )
    return text.encode("latin-1", "replace")


def by_gunicorn(data: bytes) -> tuple[str, str, list[str]] | None:
    """Return method, target and values of Host; None for what is rejected."""
    with contextlib.suppress(Exception):
        request = next(RequestParser(CONFIG, iter([data]), ("127.0.0.1", 1)))
        hosts = [value for name, value in request.headers if name == "HOST"]
        return request.method, request.uri, hosts
    return None


def by_h11(data: bytes) -> tuple[str, str, list[str]] | None:
    """Return method, target and values of Host; None for what is rejected."""
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data)
    with contextlib.suppress(h11.RemoteProtocolError):
        event = connection.next_event()
        if isinstance(event, h11.Request):
            hosts = [
                value.decode("latin-1") for k, value in event.headers if k == b"host"
            ]
            return event.method.decode(), event.target.decode("latin-1"), hosts
    return None


def by_us(data: bytes, size: int) -> tuple[str, str, list[str]] | str | None:
    """Return the same; text for what is refused, None for what is not complete."""
    reader = HeadReader()
    head = None
    try:
        for at in range(0, len(data), size):
            head = reader.feed(data[at : at + size])
            if head is not None:
                break
    except BadHead as error:
        return str(error)
    return head and (head.method, head.target, head.headers("Host"))


@settings(max_examples=600, deadline=None, derandomize=True)
@example(data=b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n", size=1)
@example(data=b"GET /a HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", size=HEAD_LIMIT)
@given(data=requests(), size=st.sampled_from([1, 5, HEAD_LIMIT]))
def test_what_a_server_accepts_is_routed_as_it_reads_it(data: bytes, size: int) -> None:
    ours = by_us(data, size)
    for reference in (by_gunicorn, by_h11):
        theirs = reference(data)
        if theirs is not None:
            assert ours == theirs, reference.__name__


@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=requests())
def test_another_target_changes_nothing_else(data: bytes) -> None:
    """What the worker gets is the request without the name of the function."""
    with contextlib.suppress(BadHead):
        head = HeadReader().feed(data)
        if head is not None and by_gunicorn(data) is not None:
            seen = by_gunicorn(head.with_target("/other?x"))
            assert seen == (head.method, "/other?x", head.headers("Host"))


@settings(max_examples=500, deadline=None, derandomize=True)
@given(data=requests(), size=st.integers(1, 9))
def test_pieces_make_no_difference(data: bytes, size: int) -> None:
    whole = by_us(data, HEAD_LIMIT)
    assert by_us(data, size) == whole
