"""What a function prints and logs comes out as in production."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from fidelity.exchange import exchange
from fidelity.row import Row, ask
from fidelity.servers import SOURCES
from runner_process import FrameworkProcess, RunnerProcess

if TYPE_CHECKING:
    from pathlib import Path

TRACE = "X-Cloud-Trace-Context: 105445aa7843bc8bf206b12000100000/7;o=1"
WRITING = Row(
    "everything that ends up in the log",
    "server",
    "log",
    ask("GET", "/", "Function-Execution-Id: abcd-1", TRACE),
)
RAISING = Row(
    "the traceback of an error",
    "answers",
    "answer",
    ask("GET", "/raise", "Function-Execution-Id: abcd-1", TRACE),
)
MIXED = Row("a unit for both servers", "logged", "in_flask", WRITING.parts)
ASKED = Row("FUNCTION_USE_ASGI", "logged", "undecorated", WRITING.parts)
ASYNC = Row("asynchronous functions only", "logged_async", "alone", WRITING.parts)
LOGGED = {"LOG_EXECUTION_ID": "true"}
SERVED = [
    *((row, env) for row in (MIXED, ASYNC) for env in ({}, LOGGED)),
    *((ASKED, {"FUNCTION_USE_ASGI": "true", **env}) for env in ({}, LOGGED)),
]


def their_lines(state: Path, row: Row, env: dict[str, str]) -> dict[str, list[str]]:
    """Return what functions-framework prints after its start, by stream."""
    # Its worker may be ended before it writes what it has not written yet.
    env = {"PYTHONUNBUFFERED": "1", **env}
    with FrameworkProcess(SOURCES / row.source, row.target, home=state, env=env) as it:
        started = len(it.stderr)
        exchange(it.address, row.request(at=""))
    return {
        "stdout": it.stdout,
        "stderr": [line for line in it.stderr[started:] if "[INFO]" not in line],
    }


def our_lines(state: Path, row: Row, env: dict[str, str]) -> dict[str, list[str]]:
    """Return what the runner says that the function printed, by stream."""
    with RunnerProcess(SOURCES, state=state, env=env) as runner:
        exchange(runner.address, row.request(at=row.route))
    return {
        stream: "".join(
            event["text"]
            for event in runner.events
            if event["event"] == "output" and event["stream"] == stream
        ).splitlines()
        for stream in ("stdout", "stderr")
    }


def without_places(lines: list[str]) -> list[str]:
    """Leave out times, and the frames of servers and Flask: their places differ."""
    kept = []
    for line in lines:
        text = json.loads(line) if line.startswith("{") else line
        if isinstance(text, dict):
            first, *_, last = [*text["message"].splitlines(), ""]
            text = str(text | {"message": f"{first} … {last}"})
        if not text.startswith("    ") and "File" not in text:
            kept.append(re.sub(r"^\[[-\d :,]+\] ", "", text))
    return kept


@pytest.mark.parametrize("logged", ["true", "1", "on", "True", ""])
@pytest.mark.parametrize("row", [WRITING, RAISING], ids=lambda row: row.fact)
def test_the_same_lines_are_logged(tmp_path: Path, row: Row, logged: str) -> None:
    """Plain, or as JSON with the execution id where LOG_EXECUTION_ID is true."""
    env = {"LOG_EXECUTION_ID": logged} if logged else {}
    theirs = their_lines(tmp_path, row, env)
    ours = our_lines(tmp_path, row, env)

    assert any(theirs.values())
    assert ours["stdout"] == theirs["stdout"]
    assert without_places(ours["stderr"]) == without_places(theirs["stderr"])


@pytest.mark.parametrize(
    ("row", "env"), SERVED, ids=[f"{row.fact} {env}" for row, env in SERVED]
)
def test_loggers_of_the_module_log_as_in_production(
    tmp_path: Path, row: Row, env: dict[str, str]
) -> None:
    """A server sets logging up before the module, or after it: that turns them off."""
    theirs = their_lines(tmp_path, row, env)
    ours = our_lines(tmp_path, row, env)

    assert any(theirs.values())
    assert ours["stdout"] == theirs["stdout"]
    assert without_places(ours["stderr"]) == without_places(theirs["stderr"])


def test_an_asynchronous_function_of_a_mixed_unit_keeps_its_loggers(
    tmp_path: Path,
) -> None:
    """They share a process with the loggers of functions that keep theirs."""
    row = Row("", "logged", "in_starlette", WRITING.parts)
    theirs = their_lines(tmp_path, row, LOGGED)
    ours = our_lines(tmp_path, row, LOGGED)

    assert "from the module's logger" not in "\n".join(theirs["stderr"])
    assert "from the module's logger" in "\n".join(ours["stderr"])
    assert "from a late logger" in "\n".join(theirs["stderr"])
