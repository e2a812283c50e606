"""What is no proper request gets an answer, and costs nobody else anything."""

from __future__ import annotations

import contextlib
import socket

import pytest

from funclens.runner.http import head
from funclens.runner.http.head import HEAD_LIMIT, BadHead, HeadReader
from runner.conftest import connect, exchange, get, read_all
from runner.proc import cpu_seconds
from runner_process import RunnerProcess

SOURCE = """
import functions_framework


@functions_framework.http
def good(request):
    return request.get_data() or b"good"
"""
POST = b"POST /good HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    """Return one runner for all: nothing that a test sends may hurt the next."""
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "main.py").write_text(SOURCE, "utf-8")
    state = tmp_path_factory.mktemp("state")
    with RunnerProcess(folder, state=state) as started:
        yield started


@pytest.mark.parametrize(
    ("length", "status"),
    [
        ("²".encode(), 400),
        ("²".encode("latin-1"), 400),
        ("٣".encode(), 400),
        (b"1" * 5_000, 400),
        (b"1" * 4_000, 413),
        (b"9" * 20, 413),
        (b"-1", 400),
        (b"+1", 400),
        (b"1_0", 400),
        (b"0x10", 400),
        (b"1.0", 400),
        (b"", 400),
        (b"1, 1", 400),
    ],
)
def test_an_invalid_length_gets_a_response(runner, length, status):
    """The front door compares digits; what else stands there, production judges."""
    answer = exchange(runner, POST + b"Content-Length: " + length + b"\r\n\r\n1")
    assert int(answer.split()[1]) == status
    assert get(runner, "/good") == (200, "good")


@pytest.mark.parametrize("path", ["/good", "/", "/none", "/_funclens/health"])
def test_an_invalid_length_gets_a_response_on_every_path(runner, path):
    """Whoever answers, somebody does."""
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ".encode()
    assert exchange(runner, head + "²".encode() + b"\r\n\r\n").startswith(b"HTTP/1.1 ")


@pytest.mark.parametrize("flood", [b"\r\n", b"\n", b"\r", b"\n\r"])
def test_a_flood_of_line_ends_is_refused_at_once(runner, flood):
    """One empty line may stand before a request: not a megabyte of them."""
    with connect(runner) as connection, contextlib.suppress(ConnectionError):
        before = cpu_seconds(runner.pid)
        with contextlib.suppress(ConnectionError):
            for _ in range(64):
                connection.sendall(flood * 8_192)
        connection.shutdown(socket.SHUT_WR)
        answer = read_all(connection)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
        assert cpu_seconds(runner.pid) - before < 2
    assert get(runner, "/good") == (200, "good")


def test_an_unfinished_head_is_refused(runner):
    """Nobody decides on half a head, whatever its first line says."""
    filler = b"X-Filler: " + b"x" * 1_000 + b"\r\n"
    with connect(runner) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(POST + filler * (HEAD_LIMIT // len(filler) + 1))
        assert read_all(connection).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_a_head_reads_the_same_in_pieces(size):
    """However it is cut, the head is the same, and so is what follows it."""
    data = b"\r\n" + POST + b"X: \r\n" * 500 + b"Content-Length: 4\r\n\r\nbody"
    whole = HeadReader().feed(data)
    reader = HeadReader()
    taken = 0
    found = None
    while found is None:
        found = reader.feed(data[taken : taken + size])
        taken += size
    assert whole is not None
    assert (found.method, found.target) == (whole.method, whole.target)
    assert found.data + data[taken:] == whole.data


def test_the_work_for_a_head_does_not_depend_on_its_pieces(monkeypatch):
    """A byte is looked at a few times, not once for each byte that follows."""
    looked_at = 0
    pattern = head._END

    class Counting:
        def search(self, data, start):
            nonlocal looked_at
            looked_at += len(data) - start
            return pattern.search(data, start)

    monkeypatch.setattr(head, "_END", Counting())
    reader = HeadReader()
    line = b"GET / HTTP/1.1\r\nX: " + b"\r\r" * 30_000
    assert not any(reader.feed(line[i : i + 1]) for i in range(len(line)))
    assert 0 < looked_at <= 4 * len(line)


@pytest.mark.parametrize(
    "data", [b"\r\n\r\n", b"\n", b"\r\n\n", b"\r\rGET / HTTP/1.1\r\n\r\n"]
)
def test_more_than_one_empty_line_is_not_a_request(data):
    """As gunicorn and h11 judge."""
    with pytest.raises(BadHead):
        HeadReader().feed(data)


@pytest.mark.parametrize("data", [b"", b"\r", b"\r\n", b"\r\nGET"])
def test_the_beginning_of_a_request_is_waited_for(data):
    """An empty line comes in two parts, too."""
    assert HeadReader().feed(data) is None


def test_a_client_that_sends_on_after_the_response_is_left(runner):
    """Its connection is read for a while, so that it gets the response."""

    def flood(connection):
        for _ in range(4_096):
            connection.sendall(b"x" * 65_536)

    with connect(runner) as connection:
        connection.sendall(b"\r\n\r\n")
        with pytest.raises(ConnectionError):
            flood(connection)
