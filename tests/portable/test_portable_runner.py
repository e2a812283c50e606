"""A runner that spawns workers and passes bytes on, with everything that ends them."""

from __future__ import annotations

import http.client
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent

import pytest

from process import DEADLINE_S
from runner.conftest import connect, control, exchange, get, read_all
from runner.dap import DebugClient
from runner.proc import all_end, family
from runner_process import RunnerProcess
from saving import save_at_once

PORTABLE = {"FUNCLENS_PORTABLE": "1"}

MAIN = dedent(
    """
    import os
    import subprocess
    import sys

    import functions_framework

    CHILD = "import sys; print('child', flush=True); sys.stdin.read()"


    @functions_framework.http
    def pid(request):
        return str(os.getpid())


    @functions_framework.http
    def leaves(request):
        print("leaving")
        os._exit(3)


    @functions_framework.http
    def streams(request):
        def parts():
            yield "first"
            request.stream.read()
            os._exit(4)
        return parts()


    @functions_framework.http
    def waits(request):
        print("waiting", flush=True)
        request.stream.read()
        return "waited"


    @functions_framework.http
    def counts(request):
        size = 0
        while data := request.stream.read(1 << 20):
            size += len(data)
        return str(size)


    @functions_framework.http
    def client(request):
        return f"{request.remote_addr} {request.environ['REMOTE_PORT']}"


    @functions_framework.http
    def starts(request):
        command = [sys.executable, "-c", CHILD]
        child = subprocess.Popen(command, stdin=subprocess.PIPE)
        return str(child.pid)


    @functions_framework.http
    def chatty(request):
        print("one line")
        print("an error", file=sys.stderr)
        return "said"
    """
)
AIO = dedent(
    """
    import asyncio

    import functions_framework.aio
    from starlette.responses import StreamingResponse


    @functions_framework.aio.http
    async def ticks(request):
        async def events():
            try:
                while True:
                    yield b"data: tick\\n\\n"
                    await asyncio.sleep(0.01)
            finally:
                print("client gone", flush=True)
        return StreamingResponse(events(), media_type="text/event-stream")


    @functions_framework.aio.http
    async def peer(request):
        return f"{request.client.host} {request.client.port}"
    """
)


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    """One runner for all tests that leave it as it is."""
    root = write(
        tmp_path_factory.mktemp("portable"), {"sync/main.py": MAIN, "aio/main.py": AIO}
    )
    state = tmp_path_factory.mktemp("state")
    with RunnerProcess(root, state=state, env={**PORTABLE, "THREADS": "2"}) as runner:
        yield runner


def ask(runner, target, *headers, method="GET"):
    """Send a request's head and return its connection."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *headers, "", ""]
    connection = connect(runner)
    connection.sendall("\r\n".join(lines).encode())
    return connection


def test_a_worker_is_spawned_without_launcher_or_zygote(runner):
    worker = int(get(runner, "/pid")[1])

    commands = family(runner.pid)
    assert worker in commands
    assert not [
        line for line in commands.values() if line.endswith(("zygote", "launcher"))
    ]


def test_functions_see_the_client_and_not_the_front_door(runner):
    for target in ("/client", "/peer"):
        with ask(runner, target) as connection:
            port = connection.getsockname()[1]
            body = read_all(connection).partition(b"\r\n\r\n")[2]
        assert body.decode() == f"127.0.0.1 {port}"


def test_output_comes_before_the_report_of_its_request(runner):
    since = len(runner.events)
    assert get(runner, "/chatty") == (200, "said")
    runner.wait_event("request", since=since, id="sync.main.chatty")

    events = runner.events[since:]
    end = next(
        number
        for number, item in enumerate(events)
        if item["event"] == "request" and item["id"] == "sync.main.chatty"
    )
    text = "".join(item.get("text", "") for item in events[:end])
    assert "one line\n" in text
    assert "an error" in text


def test_a_request_whose_worker_dies_gets_a_500_that_says_how(runner):
    status, body = get(runner, "/leaves")

    assert status == 500
    assert "exited with code 3" in body
    line = MAIN.splitlines().index("    os._exit(3)") + 1
    assert f"main.py:{line}" in body
    assert get(runner, "/pid")[0] == 200


def test_a_response_that_has_begun_is_cut_and_nothing_is_added(runner):
    with ask(runner, "/streams", "Content-Length: 1", method="POST") as connection:
        received = b""
        while b"first" not in received:
            received += connection.recv(65_536)
        connection.sendall(b".")
        received += read_all(connection)

    assert received.count(b"HTTP/1.1") == 1
    assert not received.endswith(b"0\r\n\r\n")


def printed(runner, since):
    """Return what functions have printed."""
    return "".join(item.get("text", "") for item in runner.events[since:])


def test_requests_that_no_thread_has_taken_go_to_the_next_worker(runner):
    first = int(get(runner, "/pid")[1])
    since = len(runner.events)
    taken = [ask(runner, "/waits", "Content-Length: 1") for _ in range(2)]
    runner.wait_until(
        lambda: printed(runner, since).count("waiting") == 2,
        what="two requests that are taken",
    )
    waiting = [ask(runner, "/pid") for _ in range(20)]
    os.kill(first, signal.SIGKILL)
    answers = [read_all(connection) for connection in waiting]

    pids = {answer.partition(b"\r\n\r\n")[2] for answer in answers}
    assert len(pids) == 1
    assert pids != {str(first).encode()}
    assert all(b"SIGKILL" in read_all(connection) for connection in taken)
    for connection in (*taken, *waiting):
        connection.close()


def test_the_client_of_an_interim_response_sends_its_body_then(runner):
    head = ("Content-Length: 4", "Expect: 100-continue")
    with ask(runner, "/counts", *head, method="POST") as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"body")
        answer = read_all(connection)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"4")


def test_a_head_request_has_no_body(runner):
    answer = exchange(runner, b"HEAD /pid HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n")


def test_a_worker_sees_that_the_client_of_a_stream_has_gone(runner):
    since = len(runner.events)
    with ask(runner, "/ticks") as connection:
        received = b""
        while received.count(b"tick") < 3:
            received += connection.recv(65_536)

    runner.wait_until(lambda: "client gone" in printed(runner, since), what="the end")


def test_an_upload_passes_in_flat_memory(tmp_path):
    size = 256 << 20
    root = write(
        tmp_path / "unit",
        {
            "main.py": MAIN,
            "pyproject.toml": "[tool.funclens]\nbody-limit = 0\n",
        },
    )
    with RunnerProcess(root, state=tmp_path, env=PORTABLE) as runner:
        assert get(runner, "/pid")[0] == 200
        before = peak_kib(runner.pid)
        connection = http.client.HTTPConnection(*runner.address, timeout=DEADLINE_S)
        chunk = bytes(1 << 20)
        connection.putrequest("POST", "/counts")
        connection.putheader("Content-Length", str(size))
        connection.endheaders()
        for _ in range(size >> 20):
            connection.send(chunk)
        assert connection.getresponse().read().decode() == str(size)
        connection.close()
        assert peak_kib(runner.pid) - before < 32 << 10


def peak_kib(pid):
    """Return the most memory that a process has had."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:  # noqa: PTH123
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))


def test_a_save_is_served_and_a_debugger_stops_in_it(tmp_path):
    source = "def hello(request):\n    return 'one'\n"
    file = tmp_path / "unit/main.py"
    root = write(tmp_path / "unit", {"main.py": source})
    with RunnerProcess(root, state=tmp_path, env=PORTABLE) as runner:
        assert get(runner, "/hello") == (200, "one")
        since = len(runner.events)
        save_at_once(file, source.replace("one", "two"))
        runner.wait_event("reload", since=since)
        assert get(runner, "/hello") == (200, "two")
        status, address = control(runner, "debug", unit="main")
        assert status == 200
        with DebugClient(**address) as client, ThreadPoolExecutor() as pool:
            client.attach({str(file): [2]})
            answer = pool.submit(get, runner, "/hello")
            thread, path, line = client.wait_stopped()
            assert (path, line) == (str(file), 2)
            client.go_on(thread)
            assert answer.result(DEADLINE_S) == (200, "two")


def test_a_function_that_is_too_slow_gets_its_timeout(tmp_path):
    files = {
        "main.py": MAIN,
        "deploy.sh": "gcloud functions deploy waits --gen2 --runtime python312 "
        "--trigger-http --entry-point waits --source . --timeout 1s\n",
        "pyproject.toml": "[tool.funclens]\nlimits = true\n",
    }
    root = write(tmp_path / "unit", files)
    with (
        RunnerProcess(root, state=tmp_path, env=PORTABLE) as runner,
        ask(runner, "/waits", "Content-Length: 1") as connection,
    ):
        assert read_all(connection).startswith(b"HTTP/1.1 504 ")
        connection.close()
        assert get(runner, "/pid")[0] == 200


def test_nothing_is_left_of_a_runner_that_is_killed(tmp_path):
    root = write(tmp_path / "unit", {"main.py": MAIN})
    with RunnerProcess(root, state=tmp_path, env=PORTABLE) as runner:
        assert get(runner, "/starts")[0] == 200
        runner.wait_until(lambda: "child" in printed(runner, 0), what="the child")
        members = family(runner.pid)
        assert len(members) >= 2
        os.kill(runner.pid, signal.SIGKILL)
        assert all_end(members) == []


def test_a_stop_ends_workers_and_what_they_have_started(tmp_path):
    root = write(tmp_path / "unit", {"main.py": MAIN})
    with RunnerProcess(root, state=tmp_path, env=PORTABLE) as runner:
        assert get(runner, "/starts")[0] == 200
        members = family(runner.pid)
        assert runner.stop() == 0
        assert all_end(members) == []


def test_many_clients_at_a_time_get_their_own_answers(runner):
    with ThreadPoolExecutor(16) as pool:
        sizes = list(range(1, 200))
        posts = pool.map(lambda size: post(runner, b"x" * size), sizes)
        assert [*posts] == [str(size) for size in sizes]


def post(runner, body):
    """Return the body of the answer to a POST."""
    head = "POST /counts HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
    data = f"{head}{len(body)}\r\n\r\n".encode() + body
    return exchange(runner, data).partition(b"\r\n\r\n")[2].decode()
