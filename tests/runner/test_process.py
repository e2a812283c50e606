"""How another process of ours starts a runner, waits for it, and for its events."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from funclens import __version__
from funclens.errors import RunnerError
from funclens.requests.request import Request
from funclens.runner.api.event_waiter import EventWaiter, following
from funclens.runner.api.process import RunnerProcess, run_command
from process import DEADLINE_S
from runner_process import clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SERVER = Path(__file__).parents[2] / "server"
LIBRARIES = Path(next(p for p in sys.path if p.endswith("site-packages")))


def test_it_is_isolated_and_ends_with_its_parent() -> None:
    words = run_command(["/a folder"], ["--port", "0"])

    assert words[:3] == [sys.executable, "-I", "-u"]
    assert words[4:] == [
        *("run", "--events", "--parent-stdin", "--port", "0", "/a folder"),
    ]


def test_packages_on_pythonpath_are_found(tmp_path: Path) -> None:
    """`pip install --user` and PYTHONPATH put Funclens where `-I` does not look."""
    code = (
        "import subprocess; from funclens.runner.api.process import run_command; "
        "words = run_command([], []); "
        "subprocess.run([*words[:5], '--version'], check=True)"
    )
    bare = os.path.realpath(sys.executable)  # outside of the tests' environment
    done = subprocess.run(
        [bare, "-c", code],
        cwd=tmp_path,
        env=clean_environment() | {"PYTHONPATH": f"{SERVER}{os.pathsep}{LIBRARIES}"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"funclens {__version__}\n"


HELLO = "import flask\n\n\ndef hello(request: flask.Request):\n    print('said')\n"
HELLO += "    return request.get_data()\n"


def test_a_started_runner_responds_sends_events_and_ends(
    workspace: Callable[[Mapping[str, str]], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = workspace({"main.py": HELLO})
    events: list[Mapping[str, Any]] = []

    async def run() -> int:
        runner = await RunnerProcess.start(
            [str(folder)], ["--port", "0"], on_event=events.append
        )
        async with following(runner.client) as waiter:
            over = waiter.expect("request", id="main.hello")
            request = Request("POST", "", (), b"sent")
            response = await runner.client.call("/hello", request)
            assert (response.status, response.body) == (200, b"sent")
            assert (await over)["status"] == 200
        await runner.end()
        return await runner.wait()

    assert asyncio.run(asyncio.wait_for(run(), DEADLINE_S)) == 0
    assert "output" in {event["event"] for event in events}
    assert events[-1] == {"event": "stopped"}


def test_a_runner_that_does_not_start_reports_the_reason(
    workspace: Callable[[Mapping[str, str]], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = workspace({"main.py": HELLO})
    lines: list[str] = []

    async def run() -> None:
        await RunnerProcess.start(
            [str(folder)], ["--target", "no"], on_log=lines.append
        )

    with pytest.raises(RunnerError, match="no function named 'no'"):
        asyncio.run(asyncio.wait_for(run(), DEADLINE_S))
    assert any("no function named 'no'" in line for line in lines)


def test_an_expected_event_is_the_next_match() -> None:
    async def run() -> None:
        waiter = EventWaiter()
        ready = waiter.expect(
            "unit-state", lambda e: e["state"] != "starting", unit="a"
        )
        other = waiter.expect("request", id="b.f")
        waiter.put({"event": "unit-state", "unit": "a", "state": "starting"})
        waiter.put({"event": "unit-state", "unit": "b", "state": "ready"})
        assert not ready.done()
        waiter.put({"event": "unit-state", "unit": "a", "state": "ready"})
        assert ready.result()["state"] == "ready"
        waiter.put({"event": "stopped"})
        assert other.result() == {"event": "stopped"}

    asyncio.run(run())
