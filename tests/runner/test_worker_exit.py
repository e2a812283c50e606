"""How a worker ended, from its status and its last words."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from funclens.runner.http.head import HeadReader
from funclens.runner.http.pending import PendingRequest
from funclens.runner.processes.platform.handed import HandedRequests
from funclens.runner.processes.worker_exit import (
    describe_exit,
    how_ended,
    kill_and_wait,
    oom_kills,
)
from process import DEADLINE_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAST_WORDS = """Fatal Python error: Segmentation fault

Thread 0x00007f0 (most recent call first):
  File "/w/other.py", line 1 in other

Current thread 0x00007f1 (most recent call first):
  File "/usr/lib/python3.11/ctypes/__init__.py", line 517 in string_at
  File "/w/site-packages/lib.py", line 7 in call
  File "/w/b\\xfcro/\\u65e5.py", line 12 in f\\xfcr
  File "/w/main.py", line 3 in main
  File "/usr/lib/python3.11/threading.py", line 9 in run

Extension modules: _cffi_backend (total: 1)
"""


def test_the_line_is_the_last_of_the_users_own_code() -> None:
    end = describe_exit(-signal.SIGSEGV, LAST_WORDS, "/w", is_oom=False)
    assert end.how == "it was ended by SIGSEGV (segmentation fault)"
    assert (end.file, end.line) == ("/w/büro/日.py", 12)
    assert end.traceback.splitlines() == [
        "Traceback (most recent call last):",
        '  File "/w/main.py", line 3, in main',
        '  File "/w/büro/日.py", line 12, in für',
        '  File "/w/site-packages/lib.py", line 7, in call',
        '  File "/usr/lib/python3.11/ctypes/__init__.py", line 517, in string_at',
    ]


@pytest.mark.parametrize(
    "words", ["", "Current thread", "  File ", "\0" * 99, "{}\n" * 9]
)
def test_last_words_that_say_nothing_are_no_error(words: str) -> None:
    end = describe_exit(-signal.SIGABRT, words, "/w", is_oom=False)
    assert (end.file, end.line, end.traceback) == (None, None, "")


@pytest.mark.parametrize(
    ("status", "how"),
    [
        (0, "it exited with code 0"),
        (3, "it exited with code 3"),
        (-15, "it was ended by SIGTERM (terminated)"),
        (-40, "it was ended by signal 40"),
    ],
)
def test_a_status_is_said_in_words(status: int, how: str) -> None:
    assert how_ended(status).startswith(how)


def test_sigkill_is_only_called_lack_of_memory_when_the_kernel_counts_one() -> None:
    ends = [describe_exit(-9, "", "/w", is_oom=is_oom) for is_oom in (True, False)]
    assert ends[0].how == "it ran out of memory: the kernel ended it with SIGKILL"
    assert ends[1].how == "it was ended by SIGKILL, from outside or for lack of memory"


@pytest.mark.parametrize(
    ("groups", "file", "text"),
    [
        ("0::/a/b\n", "sys/fs/cgroup/a/b/memory.events", "oom 9\noom_kill 4\n"),
        (
            "4:memory:/a\n0::/\n",
            "sys/fs/cgroup/memory/a/memory.oom_control",
            "under_oom 0\noom_kill 4\n",
        ),
        ("0::/gone\n", "proc/vmstat", "nr_free 1\noom_kill 4\n"),
    ],
)
def test_the_kernels_count_is_found_wherever_it_is(
    tmp_path: Path, groups: str, file: str, text: str
) -> None:
    assert oom_kills(tmp_path) == 0
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text(groups)
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text)
    assert oom_kills(tmp_path) == 4


def test_a_process_is_killed_and_its_end_waited_for() -> None:
    async def kill() -> None:
        dead = asyncio.Event()
        kill_and_wait(sleeper.pid, dead.set)
        await asyncio.wait_for(dead.wait(), DEADLINE_S)

    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1)
    asyncio.run(kill())
    assert sleeper.wait(DEADLINE_S) == -signal.SIGKILL
    if sleeper.stdin:
        sleeper.stdin.close()


class Connections:
    """Pairs of connected sockets, as pending requests and their clients."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.open: list[socket.socket] = [self.listener]

    def request(self, number: int, head: bytes = b"") -> PendingRequest:
        client = socket.create_connection(self.listener.getsockname())
        connection, _ = self.listener.accept()
        self.open += [client, connection]
        parsed = HeadReader().feed(b"GET /x HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n")
        assert parsed is not None
        client.sendall(b"GET")
        connection.recv(3)
        return PendingRequest(number, "main.x", parsed, "/", connection)


@pytest.fixture
def connections() -> Iterator[Connections]:
    found = Connections()
    yield found
    for item in found.open:
        item.close()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel what was sent")
@pytest.mark.parametrize(
    ("head", "sent", "where"),
    [
        (b"", b"", "unanswered"),
        (b"", b"H", "begun"),
        (b"Expect: 100-continue\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", "unanswered"),
        (b"Expect: 100-continue\r\n", b"HTTP/1.1 100 Continue\r\n\r\nH", "begun"),
    ],
)
def test_the_kernel_knows_whether_a_response_has_begun(
    connections: Connections, head: bytes, sent: bytes, where: str
) -> None:
    handed = HandedRequests()
    request = connections.request(1, head)
    slot = handed.add(request)
    handed._page[slot] = 1
    request.connection.sendall(sent)
    left = handed.leave()
    assert left.untaken == []
    assert getattr(left, where) == [request]
    assert len(left.unanswered + left.begun) == 1


def test_connections_of_long_responses_are_let_go_when_there_are_many(
    connections: Connections,
) -> None:
    handed = HandedRequests()
    requests = [connections.request(number) for number in range(200)]
    for request in requests:
        slot = handed.add(request)
        handed._page[slot] = 2
        request.connection.sendall(b"HTTP/1.1 200 OK\r\n")
    kept = [item for item in requests if item.connection.fileno() >= 0]
    assert 0 < len(kept) <= 65
    for request in requests:
        handed.finish(request.number)
    assert handed.leave().untaken == []


def test_a_slot_is_free_again_when_its_request_is_over(
    connections: Connections,
) -> None:
    handed = HandedRequests()
    slots = set()
    for number in range(300):
        slots.add(handed.add(connections.request(number)))
        handed.finish(number)
    assert slots == {0}
    handed.leave()
