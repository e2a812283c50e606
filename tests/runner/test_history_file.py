"""The history in a file: across restarts, masked, and never in the way."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from funclens.errors import RunnerError
from funclens.runner.history.entry import Entry, Timing
from funclens.runner.history.history_file import HistoryFile
from funclens.runner.history.masking.redaction import Redaction
from funclens.runner.history.stored_entry import from_stored, to_stored
from runner.conftest import exchange, get
from runner.test_history import ask, post, sent

SOURCE = """
import functions_framework


@functions_framework.http
def echo(request):
    print("token", request.headers.get("Authorization"))
    return request.get_data()


@functions_framework.http
def boom(request):
    raise ValueError("no " + request.headers["Authorization"])
"""


def entry(number, head=b"", body=b"", **fields):
    """Return an entry."""
    data = b"POST /f?pin=1234 HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n" + body
    return Entry(
        id=f"0123abcd-{number}",
        function="main.f",
        unit="main",
        method="POST",
        path="/",
        query="pin=1234",
        status=200,
        seconds=0.1,
        at=1_000.0 + number,
        request=data,
        request_size=len(data),
        response=b"HTTP/1.1 200 OK\r\nSet-Cookie: a=secret-cookie\r\n\r\nok",
        response_size=48,
        timing=Timing(0.1, 0.2, 0.3, 0.4),
        **fields,
    )


def opened(path):
    """Return a file whose errors fail the test."""
    return HistoryFile(str(path), lambda error: pytest.fail(str(error)))


def written(path, *entries, redact=()):
    """Write entries to a file, and return those that it has then."""
    file = opened(path)
    file.load(100)
    for item in entries:
        file.add(item, Redaction(redact))
    file.close()
    file = opened(path)
    found = file.load(100)
    file.close()
    return found


def test_requests_survive_a_restart_with_their_secrets_masked(workspace, serve):
    folder = workspace({"main.py": SOURCE})
    file = folder.parent / "history.db"
    setting = '[tool.funclens]\nhistory-file = "../history.db"\n'
    (folder / "pyproject.toml").write_text(setting, "utf-8")
    options = ("--port", "0")
    with serve(folder, options=options) as first:
        header = "Authorization: Bearer very-secret-token"
        _, kept = sent(first, post("/echo", b"\xff\x00", header))
        exchange(first, post("/boom", b"", header))
        sent(first, post("/boom", b"", header))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    everything = b"".join(path.read_bytes() for path in file.parent.glob("history.db*"))
    assert b"/echo" in everything
    assert b"very-secret-token" not in everything

    options = ("--port", "0", "--history", str(file))
    second = serve(folder, options=options)
    again = ask(second, f"/{kept['id']}")[1]

    assert again == {**kept, "masked": ["Authorization"]}
    status, answer = ask(second, f"/{kept['id']}/replay", "POST")
    assert (status, answer["masked"]) == (200, ["Authorization"])
    new = ask(second, f"/{answer['id']}")[1]
    assert new["request"]["body"] == kept["request"]["body"]
    assert new["output"] == ["token ***"]
    assert len(ask(second)[1]["requests"]) == 4


def test_an_unusable_file_is_reported_and_the_runner_serves(workspace, serve):
    folder = workspace({"main.py": SOURCE})
    file = folder.parent / "history.db"
    file.write_bytes(b"no database" * 1_000)

    runner = serve(folder, options=("--port", "0", "--history", str(file)))

    warning = runner.wait_event("warning")
    assert warning["message"] == (
        f"the history file '{file}' cannot be used: it is damaged, or no history file"
    )
    assert get(runner, "/echo")[0] == 200
    runner.wait_event("request")
    assert len(ask(runner)[1]["requests"]) == 1
    assert file.read_bytes() == b"no database" * 1_000


def test_a_stored_entry_is_the_same_without_secrets():
    delivery = {"source": "topic t", "event_id": "1", "attempt": 1, "result": "dropped"}
    error = {"error": "ValueError", "file": "/f.py", "line": 1, "traceback": "t"}
    before = entry(1, body=b"body", error=error, output="x\n", delivery=delivery)

    after = from_stored(to_stored(before, Redaction()))

    assert after.request == before.request
    assert after.response.endswith(b"\r\nSet-Cookie: ***\r\n\r\nok")
    for name in ("at", "status", "timing", "trace", "error", "output", "delivery"):
        assert getattr(after, name) == getattr(before, name), name


def test_masked_bodies_can_be_sent():
    chunked = b"Transfer-Encoding: chunked\r\nX-Other: 1\r\n"
    body = b'{"pin": "1234"}'
    before = entry(1, chunked, b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))

    after = from_stored(to_stored(before, Redaction(["pin"])))

    assert after.request == (
        b"POST /f?pin=*** HTTP/1.1\r\nHost: x\r\nX-Other: 1\r\n"
        b'Content-Length: 14\r\n\r\n{"pin": "***"}'
    )
    assert after.request_size == len(after.request)
    assert after.query == "pin=***"
    assert after.masked == ("body",)


def test_what_leaves_the_history_leaves_the_file(tmp_path):
    path = tmp_path / "history.db"
    written(path, *map(entry, range(10)))
    file = opened(path)
    assert [item.at for item in file.load(3)] == [1_007, 1_008, 1_009]
    file.remove("0123abcd-8")
    file.add(entry(11), Redaction())
    file.remove("0123abcd-11")
    file.close()

    assert [item.at for item in written(path)] == [1_007, 1_009]


def test_only_the_owner_can_read_the_file(tmp_path):
    path = tmp_path / "history.db"
    path.touch(mode=0o644)
    path.chmod(0o644)

    written(path, entry(1))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def make_newer(path):
    written(path)
    with sqlite3.connect(path) as connection:
        connection.execute("pragma user_version = 2")
    connection.close()


def make_other(path):
    with sqlite3.connect(path) as connection:
        connection.execute("create table theirs (x)")
    connection.close()


def make_half_written(path):
    written(path, *(entry(number, body=b"x" * 10_000) for number in range(50)))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


UNUSABLE = {
    "was written by another version of Funclens": make_newer,
    "is the database of another program": make_other,
    "it is damaged, or no history file": make_half_written,
    "Is a directory": Path.mkdir,
    "No such file or directory": lambda path: path.symlink_to("missing/folder"),
    "it is not a regular file": os.mkfifo,
}


@pytest.mark.parametrize("why", UNUSABLE)
def test_an_unusable_file_is_left_alone(tmp_path, why):
    path = tmp_path / "history.db"
    UNUSABLE[why](path)

    with pytest.raises(RunnerError, match=why) as caught:
        opened(path).load(100)

    assert caught.value.hint


def test_a_locked_file_is_reported(tmp_path):
    path = tmp_path / "history.db"
    written(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin exclusive")

    with pytest.raises(RunnerError, match="another program has locked it"):
        opened(path).load(100)

    other.close()


def test_an_error_while_writing_is_reported_once(tmp_path):
    path = tmp_path / "history.db"
    errors = []
    file = HistoryFile(str(path), errors.append)
    file.load(100)
    with sqlite3.connect(path) as connection:
        connection.execute("drop table requests")
    connection.close()

    file.add(entry(1), Redaction())
    file.close()

    assert [str(error) for error in errors] == [
        f"the history file '{path}' cannot be used: no such table: requests"
    ]
