"""`funclens requests`, `replay` and `logs` against the runner of the folder."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from process import DEADLINE_S, LiveProcess
from runner.dap import DebugClient
from runner_process import RunnerProcess, clean_environment
from source_tree import write_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAIN = """
import functions_framework


@functions_framework.http
def greet(request):
    name = request.args.get("name", "you")
    print("greeting", name)
    return f"hello {name}"


@functions_framework.http
def fails(request):
    order = {"id": 7}
    return order["total"]
"""


class Served:
    """A runner, and the command line beside it."""

    def __init__(self, folder: Path, runner: RunnerProcess, state: Path) -> None:
        self.folder = folder
        self.runner = runner
        self.environment = clean_environment() | {"XDG_STATE_HOME": str(state)}

    def argv(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "funclens", *words, str(self.folder)]

    def cli(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.argv(*words),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE_S,
        )

    def get(self, target: str) -> str:
        """Send a request; return its id in the history."""
        connection = http.client.HTTPConnection(*self.runner.address, DEADLINE_S)
        connection.connect()
        port, since = connection.sock.getsockname()[1], len(self.runner.events)
        connection.request("GET", target)
        connection.getresponse().read()
        event = self.runner.wait_event("request", since=since, port=port)
        return str(event["request"])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("verbs")
    folder, state = root / "shop", root / "state"
    state.mkdir()
    write_tree(folder, {"main.py": MAIN})
    with RunnerProcess(folder, state=state) as runner:
        yield Served(folder, runner, state)


def test_requests_are_listed_newest_first(served: Served) -> None:
    good, bad = served.get("/greet?name=Ada"), served.get("/fails")

    listed = json.loads(served.cli("requests", "--json").stdout)
    failed = json.loads(served.cli("requests", "--failed", "--json").stdout)
    table = served.cli("requests", "--function", "greet").stdout

    assert [item["id"] for item in listed["requests"][:2]] == [bad, good]
    assert {"id", "function", "method", "path", "query", "status", "seconds"} < set(
        listed["requests"][0]
    )
    assert {item["function"] for item in failed["requests"]} == {"main.fails"}
    assert re.search(
        rf"^{good} .* 200 .* main\.greet +GET /\?name=Ada$", table, re.MULTILINE
    )
    assert bad not in table


def test_requests_are_deleted(served: Served) -> None:
    good, bad = served.get("/greet"), served.get("/fails")
    words = ("requests", "--function", "greet", "--clear")

    assert "deleted\n" in served.cli(*words).stderr
    listed = json.loads(served.cli("requests", "--json").stdout)["requests"]
    assert good not in {item["id"] for item in listed}
    assert served.cli("requests", "--id", bad, "--clear").returncode == 0
    again = served.cli("requests", "--id", bad, "--clear")
    assert (again.returncode, again.stdout) == (1, "")
    assert "no request with this id" in again.stderr
    assert served.cli("requests", "--json", "--clear").returncode == 2


def test_one_request_is_shown_whole(served: Served) -> None:
    id_ = served.get("/fails")

    text = served.cli("requests", "--id", id_).stdout
    entry = json.loads(served.cli("requests", "--id", id_, "--json").stdout)

    assert text.startswith("GET /fails\n  status    500\n")
    assert "  KeyError: 'total'\n" in text
    assert "      order = {'id': 7}\n" in text
    assert entry["exception"]["frames"][-1]["locals"]["order"] == "{'id': 7}"


def test_a_replay_prints_the_response(served: Served) -> None:
    good, bad = served.get("/greet?name=Eve"), served.get("/fails")

    again, failed = served.cli("replay", good), served.cli("replay", bad)

    assert (again.returncode, again.stdout) == (0, "hello Eve")
    assert "200 OK in" in again.stderr
    assert failed.returncode == 1
    assert "KeyError: 'total'" in failed.stderr
    newest = json.loads(served.cli("requests", "--json").stdout)["requests"][0]
    assert (newest["function"], newest["origin"]) == ("main.fails", "replay")


def test_a_replay_under_the_debugger_waits_until_it_is_attached(served: Served) -> None:
    id_ = served.get("/greet?name=Bob")
    argv = served.argv("replay", "--debug", id_)

    with LiveProcess(argv, cwd=served.folder, env=served.environment) as process:
        line = process.wait_for_line("Waiting for a debugger at ")
        host, _, port = line.partition(" at ")[2].split()[0].rpartition(":")
        with DebugClient(host, int(port)) as client:
            client.attach({})
            assert process.wait() == 0
    assert "hello Bob" in "".join(process.stdout)
    served.runner.wait_event("debug-ended", unit="main")


def test_logs_are_printed_and_followed(served: Served) -> None:
    served.get("/greet?name=Ann")

    assert "greeting Ann\n" in served.cli("logs").stdout
    assert "greeting Ann\n" in served.cli("logs", "--function", "greet").stdout
    argv = served.argv("logs", "-f")
    with LiveProcess(argv, cwd=served.folder, env=served.environment) as process:
        process.wait_for_line("greeting Ann", stream="stdout")
        served.get("/greet?name=Zoe")
        process.wait_for_line("greeting Zoe", stream="stdout")
        os.kill(process.pid, signal.SIGINT)
        assert process.wait() == 0
        assert "KeyboardInterrupt" not in process.report()


def test_unknown_ids_and_folders_without_a_runner_are_reported(
    served: Served, tmp_path: Path
) -> None:
    unknown = served.cli("requests", "--id", "nope")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "error: no request with this id is in the history: nope" in unknown.stderr

    for verb in (["requests"], ["replay", "x"], ["logs"]):
        done = subprocess.run(
            [sys.executable, "-m", "funclens", *verb, str(tmp_path)],
            env=clean_environment() | {"XDG_STATE_HOME": str(tmp_path / "state")},
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE_S,
        )
        assert done.returncode == 1
        assert f"error: no runner serves {tmp_path}" in done.stderr
