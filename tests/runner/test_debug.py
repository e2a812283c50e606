"""A unit under the debugger: breakpoints from the first line of its module on."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from markers import markers_of
from process import DEADLINE_S
from runner.conftest import get
from runner.dap import DebugClient

FILES = {
    "first/main.py": """
import functions_framework

LOADED = True  # @module


@functions_framework.http
def first(request):
    name = request.args.get("name", "you")
    return f"hello {name}"  # @answer
""",
    "second/main.py": """
def second(request):
    return "second"  # @answer
""",
}


@pytest.fixture
def runner(workspace, serve):
    """A runner over two units."""
    return serve(workspace(FILES))


def control(runner, verb, **body):
    """Return status and answer of a control route."""
    request = urllib.request.Request(
        f"{runner.url}/_funclens/control/{verb}",
        json.dumps(body).encode(),
        {"X-Funclens-Token": runner.wait_event("ready")["token"]},
    )
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def debug(runner, unit):
    """Put a unit under the debugger; return a client that has not attached yet."""
    status, address = control(runner, "debug", unit=unit)
    assert status == 200
    return DebugClient(**address)


def test_breakpoints_stop_at_module_level_and_in_the_function(runner, tmp_path):
    """The worker waits for the debugger before it loads the user's module."""
    file = tmp_path / "workspace/first/main.py"
    line = markers_of(file)
    with debug(runner, "first.main") as client, ThreadPoolExecutor() as pool:
        client.attach({str(file): [line["module"], line["answer"]]})
        thread, path, number = client.wait_stopped()
        assert (path, number) == (str(file), line["module"])
        client.go_on(thread)
        answer = pool.submit(get, runner, "/first?name=Ada")
        thread, path, number = client.wait_stopped()
        assert (path, number) == (str(file), line["answer"])
        client.go_on(thread)
        assert answer.result(DEADLINE_S) == (200, "hello Ada")


def test_two_units_have_separate_debuggers(runner, tmp_path):
    """A second Debug adds a session; the first goes on."""
    root = tmp_path / "workspace"
    with (
        debug(runner, "first.main") as one,
        debug(runner, "second.main") as two,
        ThreadPoolExecutor() as pool,
    ):
        for client, unit in ((one, "first"), (two, "second")):
            file = root / unit / "main.py"
            client.attach({str(file): [markers_of(file)["answer"]]})
        for client, unit in ((two, "second"), (one, "first")):
            answer = pool.submit(get, runner, f"/{unit}")
            thread, path, _ = client.wait_stopped()
            assert path == str(root / unit / "main.py")
            client.go_on(thread)
            assert answer.result(DEADLINE_S)[0] == 200


def test_variables_of_a_debug_session_end_with_it(workspace, serve):
    """They are added to the unit's environment, and gone afterwards."""
    files = {
        "main.py": """
import os


def note(request):
    return os.environ.get("NOTE", "none")
"""
    }
    runner = serve(workspace(files))
    status, address = control(runner, "debug", unit="main", env={"NOTE": "here"})
    assert status == 200
    with DebugClient(**address) as client:
        client.attach({})
        assert get(runner, "/note") == (200, "here")
    control(runner, "end-debug", unit="main")
    assert get(runner, "/note") == (200, "none")


def test_variables_must_be_strings(runner):
    status, answer = control(runner, "debug", unit="first.main", env={"NOTE": 1})

    assert status == 400
    assert "`env` must hold strings only: NOTE" in answer["error"]


def test_the_runner_keeps_serving_after_the_debugger_detaches(runner):
    """Detach, say so, and the next request needs no debugger."""
    with debug(runner, "first.main") as client:
        client.attach({})
        assert get(runner, "/first")[0] == 200
        client.detach()
    assert control(runner, "end-debug", unit="first.main") == (200, {})
    runner.wait_event("debug-ended", unit="first.main")
    assert get(runner, "/first") == (200, "hello you")


def test_debugging_an_unknown_unit_lists_the_known_units(runner):
    """A sentence, not a traceback."""
    status, answer = control(runner, "debug", unit="third.main")
    assert status == 409
    assert "first.main, second.main" in answer["error"]


@pytest.mark.parametrize(
    "headers", [{}, {"X-Funclens-Token": "wrong"}, {"Origin": "http://localhost"}]
)
def test_control_requires_the_token_and_refuses_web_pages(runner, headers):
    """Neither a guess nor a page that knows the token gets through."""
    if "Origin" in headers:
        headers["X-Funclens-Token"] = runner.wait_event("ready")["token"]
    request = urllib.request.Request(
        f"{runner.url}/_funclens/control/stop", b"{}", headers
    )
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=DEADLINE_S)
    with refusal.value as answer:
        assert answer.code == 403
    assert get(runner, "/first")[0] == 200


def test_a_reload_restarts_the_debugger(runner, tmp_path):
    """The new worker waits for the debugger, and requests wait for the worker."""
    file = tmp_path / "workspace/first/main.py"
    with debug(runner, "first.main") as client:
        client.attach({})
        assert get(runner, "/first") == (200, "hello you")
        seen = len(runner.events)
        file.write_text(file.read_text("utf-8").replace("hello", "bye"), "utf-8")
        event = runner.wait_event("debug-listening", since=seen)
    line = markers_of(file)["answer"]
    with (
        ThreadPoolExecutor() as pool,
        DebugClient(event["host"], event["port"]) as client,
    ):
        answer = pool.submit(get, runner, "/first")
        client.attach({str(file): [line]})
        thread, path, number = client.wait_stopped()
        assert (path, number) == (str(file), line)
        client.go_on(thread)
        assert answer.result(DEADLINE_S) == (200, "bye you")


def test_the_debugger_returns_after_a_save_that_failed_to_load(runner, tmp_path):
    """A mistake ends the session; the next good save listens again."""
    file = tmp_path / "workspace/first/main.py"
    good = file.read_text("utf-8")
    with debug(runner, "first.main") as client:
        client.attach({})
        seen = len(runner.events)
        file.write_text(good + "\nbroken(\n", "utf-8")
        event = runner.wait_event("debug-listening", since=seen)
    with DebugClient(event["host"], event["port"]) as client:
        client.attach({})
        runner.wait_event("import-error", since=seen)
        seen = len(runner.events)
        file.write_text(good, "utf-8")
        event = runner.wait_event("debug-listening", since=seen)
    with DebugClient(event["host"], event["port"]) as client:
        client.attach({})
        assert get(runner, "/first") == (200, "hello you")


def test_asynchronous_and_imported_functions_stop_at_breakpoints(workspace, serve):
    """Whatever file defines it, whatever server runs it."""
    folder = workspace(
        {
            "unit/main.py": "from views import shown, later\n",
            "unit/views.py": """
import functions_framework
import functions_framework.aio


@functions_framework.http
def shown(request):
    return "shown"  # @shown


@functions_framework.aio.http
async def later(request):
    return "later"  # @later
""",
        }
    )
    runner = serve(folder)
    file = folder / "unit/views.py"
    line = markers_of(file)
    with debug(runner, "unit.main") as client, ThreadPoolExecutor() as pool:
        client.attach({str(file): [line["shown"], line["later"]]})
        for name in ("shown", "later"):
            answer = pool.submit(get, runner, f"/{name}")
            thread, path, number = client.wait_stopped()
            assert (path, number) == (str(file), line[name])
            client.go_on(thread)
            assert answer.result(DEADLINE_S) == (200, name)
