"""`funclens run --limits`: memory, timeout and concurrency are those of production."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from funclens.cli.run.run_output import _OutputLines
from funclens.runner.processes.memory.memory_use import peak_bytes
from runner.conftest import connect, control, exchange, get, read_all
from runner.dap import DebugClient
from runner.in_process import ask
from runner.proc import command_of

MAIN = """
import os
import subprocess
import sys
import time

import functions_framework

kept = []


def wait_for(name):
    while not os.path.exists(name):
        time.sleep(0.01)


@functions_framework.http
def grows(request):
    kept.append(b"x" * (int(request.args["mib"]) << 20))
    if "then" in request.args:
        wait_for(request.args["then"])
    return str(os.getpid())


@functions_framework.http
def peaks(request):
    return str(len(b"x" * (300 << 20)))


@functions_framework.http
def has_child(request):
    code = "x = b'x' * (300 << 20); import sys; sys.stdin.read()"
    subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE).wait()
    return "unreachable"


@functions_framework.http
def slow(request):
    print("begins", request.args["n"])
    wait_for(request.args.get("go", "never"))
    print("ends", request.args["n"])
    return "done"


@functions_framework.http
def streams(request):
    def parts():
        yield "first"
        wait_for("go")
    return parts()


@functions_framework.http
def single(request):
    print("in", request.args["n"])
    wait_for(request.args["go"])
    print("out", request.args["n"])
    return request.args["n"]


@functions_framework.http
def first_gen(request):
    print("begins", request.args["n"])
    wait_for(request.args.get("go", "never"))
    print("ends", request.args["n"])
    return "done"


@functions_framework.http
def by_default(request):
    return single(request)


@functions_framework.http
def free(request):
    return str(os.getpid())
"""

DEPLOY = """
gcloud functions deploy grows --trigger-http --memory=256MiB
gcloud functions deploy peaks --trigger-http --memory=256MiB
gcloud functions deploy has_child --trigger-http --memory=256MiB
gcloud functions deploy slow --trigger-http --timeout=3s --concurrency=1
gcloud functions deploy streams --trigger-http --timeout=3s
gcloud functions deploy single --trigger-http --concurrency=1
gcloud functions deploy first_gen --trigger-http --no-gen2 --timeout=3s
gcloud functions deploy by_default --trigger-http
"""

FILES = {"shop/main.py": MAIN, "shop/deploy.sh": DEPLOY}
SENTENCE = "Memory limit of 256 MiB exceeded with "
NEXT_STEP = (
    " MiB used. Consider increasing the memory limit, see "
    "https://cloud.google.com/functions/docs/configuring/memory"
)
on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="memory is read from /proc"
)


@pytest.fixture
def folder(workspace):
    return workspace(FILES)


@pytest.fixture
def runner(folder, serve):
    return serve(folder, options=("--port", "0", "--limits"))


def begin(runner, target):
    """Send a GET and return its connection."""
    connection = connect(runner)
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return connection


def wait_output(runner, text):
    """Wait until a function has printed a line."""
    runner.wait_until(lambda: text in printed(runner), what=text)


def printed(runner):
    """Return the lines that functions have printed."""
    output = (event for event in runner.events if event["event"] == "output")
    return "".join(event["text"] for event in output).splitlines()


@on_linux
def test_the_worker_ends_with_the_sentence_of_production(runner):
    others = get(runner, "/free")
    status, body = get(runner, "/grows?mib=300&then=never")

    assert status == 500
    assert "The worker of shop.main ended" in body
    assert SENTENCE in body
    assert NEXT_STEP in body
    crash = runner.wait_event("worker-crashed")
    assert crash["reason"] == "it exceeded its memory limit"
    assert crash["hint"].startswith(SENTENCE)
    assert get(runner, "/free") == others
    assert get(runner, "/grows?mib=1")[0] == 200


@on_linux
def test_a_peak_between_two_looks_ends_the_worker_too(runner):
    """Its response may have been faster; production would have ended it before."""
    get(runner, "/peaks")

    assert runner.wait_event("worker-crashed")["hint"].startswith(SENTENCE)


@on_linux
def test_processes_that_a_function_starts_count(runner):
    status, body = get(runner, "/has_child")

    assert status == 500
    assert SENTENCE in body


@on_linux
def test_packages_of_other_units_do_not_count(runner):
    """A forked worker has those that the zygote has imported for others."""
    get(runner, "/free")
    status, pid = get(runner, "/grows?mib=1")

    assert status == 200
    assert "launch.py worker" in command_of(int(pid))


@on_linux
def test_memory_that_the_module_needs_to_load_counts(workspace, serve):
    source = "kept = b'x' * (300 << 20)\nimport time\n\ntime.sleep(600)\n"
    files = {"shop/main.py": MAIN + source, "shop/deploy.sh": DEPLOY}
    runner = serve(workspace(files), options=("--port", "0", "--limits"))

    status, body = get(runner, "/grows?mib=1")

    assert status == 500
    assert "failed to load" in body
    assert SENTENCE in body


def test_a_function_that_is_too_slow_gets_the_response_of_cloud_run(runner, folder):
    """It goes on, and its own response is dropped."""
    response = exchange(
        runner, b"GET /slow?n=1&go=go HTTP/1.1\r\nHost: localhost\r\n\r\n"
    )
    head, _, body = response.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 504 Gateway Timeout\r\n")
    assert body == b"upstream request timeout"
    request = runner.wait_event("request")
    assert request["status"] == 504
    assert request["error"]["error"].startswith("The request has been terminated")
    (folder / "shop" / "go").touch()
    wait_output(runner, "ends 1")
    assert get(runner, "/slow?n=2&go=go")[0] == 200
    runner.wait_event("request", status=200)
    assert [e["status"] for e in runner.events if e["event"] == "request"] == [504, 200]


def test_a_first_generation_function_that_is_too_slow_is_ended(runner, folder):
    with begin(runner, "/first_gen?n=1") as connection:
        response = read_all(connection)

    assert response.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert runner.wait_event("request")["status"] == 408
    crash = runner.wait_event("worker-crashed")
    assert crash["reason"] == "it exceeded its timeout"
    (folder / "shop" / "go").touch()
    assert get(runner, "/first_gen?n=2&go=go")[0] == 200
    assert "ends 1" not in printed(runner)


def test_a_request_behind_one_that_is_too_slow_begins_at_its_timeout(runner, folder):
    """As in production, where the two then share the instance."""
    with begin(runner, "/slow?n=1") as first:
        wait_output(runner, "begins 1")
        (folder / "shop" / "go").touch()

        assert get(runner, "/slow?n=2&go=go") == (200, "done")
        assert b" 504 " in read_all(first)
    (folder / "shop" / "never").touch()


def test_a_begun_response_is_cut_off_at_the_timeout(runner, folder):
    response = exchange(runner, b"GET /streams HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert b"first" in response
    assert b"504" not in response
    assert not response.endswith(b"0\r\n\r\n")
    assert runner.wait_event("request")["status"] == 0
    (folder / "shop" / "go").touch()


def test_requests_queue_for_a_function_with_concurrency_1(runner, folder):
    with begin(runner, "/single?n=1&go=one") as first:
        wait_output(runner, "in 1")
        with begin(runner, "/single?n=2&go=two") as second:
            (folder / "shop" / "two").touch()
            assert get(runner, "/free")[0] == 200
            (folder / "shop" / "one").touch()
            assert read_all(first).endswith(b"1")
            assert read_all(second).endswith(b"2")

    wait_output(runner, "out 2")
    assert printed(runner) == ["in 1", "out 1", "in 2", "out 2"]


def test_a_function_has_concurrency_1_by_default(runner, folder):
    with begin(runner, "/by_default?n=1&go=one") as first:
        wait_output(runner, "in 1")
        with begin(runner, "/by_default?n=2&go=two") as second:
            (folder / "shop" / "two").touch()
            assert get(runner, "/free")[0] == 200
            (folder / "shop" / "one").touch()
            assert read_all(first).endswith(b"1")
            assert read_all(second).endswith(b"2")

    wait_output(runner, "out 2")
    assert printed(runner) == ["in 1", "out 1", "in 2", "out 2"]


def test_queued_requests_survive_a_reload_and_a_crash(folder, run):
    async def steps(runner, events):
        first = asyncio.create_task(ask(runner, "/single?n=1&go=one"))
        await events.wait_for("output")
        second = asyncio.create_task(ask(runner, "/single?n=2&go=one"))
        await asyncio.to_thread((folder / "shop" / "one").touch)
        assert await first == "1"
        assert await second == "2"
        crashing = folder / "shop" / "main.py"
        crashing.write_text(MAIN.replace('wait_for(request.args["go"])', "os._exit(3)"))
        await runner.files_changed([str(crashing)])
        both = [asyncio.create_task(ask(runner, f"/single?n={n}&go=one")) for n in "34"]
        assert all("exited with code 3" in text for text in await asyncio.gather(*both))

    folder.joinpath("pyproject.toml").write_text("[tool.funclens]\nlimits = true\n")
    run(folder, steps)


def test_a_changed_deploy_file_applies_at_once(folder, run):
    async def steps(runner, _):
        before = await ask(runner, "/free")
        deploy = folder / "shop" / "deploy.sh"
        deploy.write_text(f"{DEPLOY}gcloud functions deploy free --concurrency=3\n")
        await runner.files_changed([str(deploy)])
        assert await ask(runner, "/free") != before

    folder.joinpath("pyproject.toml").write_text("[tool.funclens]\nlimits = true\n")
    run(folder, steps)


def test_without_the_option_nothing_is_limited(folder, serve):
    runner = serve(folder)
    with begin(runner, "/single?n=1&go=go"), begin(runner, "/single?n=2&go=go"):
        wait_output(runner, "in 1")
        wait_output(runner, "in 2")
        (folder / "shop" / "go").touch()


def test_limits_are_off_under_the_debugger(runner, folder):
    """At a breakpoint, everything would time out."""
    status, address = control(runner, "debug", id="shop.main.single", unit="shop.main")
    assert status == 200
    with (
        begin(runner, "/single?n=1&go=go"),
        begin(runner, "/single?n=2&go=go"),
        DebugClient(address["host"], address["port"]) as client,
    ):
        client.attach({})
        wait_output(runner, "in 1")
        wait_output(runner, "in 2")
        (folder / "shop" / "go").touch()


def test_the_peak_of_a_process_is_at_least_what_it_has():
    big = b"x" * (50 << 20)

    assert peak_bytes(0) == 0
    if sys.platform == "linux":
        assert peak_bytes(os.getpid()) > len(big)


def test_text_output_has_the_sentence_of_production():
    event = {
        "event": "worker-crashed",
        "unit": "shop.main",
        "reason": "it exceeded its memory limit",
        "hint": f"{SENTENCE}260{NEXT_STEP}",
        "file": None,
        "line": None,
        "crash_loop": None,
    }

    what, hint = _OutputLines().render(event)
    assert what == (
        "Worker of shop.main ended: it exceeded its memory limit; the next request "
        "starts another"
    )
    assert hint == f"{SENTENCE}260{NEXT_STEP}"
