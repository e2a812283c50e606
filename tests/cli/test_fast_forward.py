"""`funclens call --fast-forward`: what is scheduled runs without waiting."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from funclens.cli import main
from process import DEADLINE_S
from runner_process import clean_environment

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """
import functions_framework


@functions_framework.http
def hourly(request):
    return request.headers["X-CloudScheduler-ScheduleTime"]


@functions_framework.http
def fails(request):
    raise ValueError("no")


@functions_framework.http
def wrong(request):
    return "never"


@functions_framework.http
def other(request):
    return "never"
"""

SETTINGS = """
[tool.funclens.triggers]
"main.hourly" = "--schedule='0 * * * *' --time-zone=Asia/Tokyo"
"main.fails" = "--schedule='every 12 hours'"
"main.wrong" = "--schedule='0 33 * * *'"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "main.py").write_text(MAIN)
    (folder / "pyproject.toml").write_text(SETTINGS)
    return folder


def call(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "funclens", "call", *words, f"{folder}/"],
        cwd=folder.parent,
        env=clean_environment() | {"XDG_STATE_HOME": str(folder.parent)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=3 * DEADLINE_S,
        check=False,
    )


def test_a_day_of_all_schedules_runs_in_order(folder: Path) -> None:
    done = call(folder, "--fast-forward", "1d", "--json")

    assert done.returncode == 1, done.stderr
    runs = json.loads(done.stdout)["runs"]
    moments = [datetime.fromisoformat(run["at"]) for run in runs]
    assert moments == sorted(moments)
    hourly = [run for run in runs if run["id"] == "main.hourly"]
    assert len(hourly) == 24
    for run in hourly:
        at = datetime.fromisoformat(run["at"])
        assert run["at"].endswith("+09:00")
        assert datetime.fromisoformat(run["body"].replace("Z", "+00:00")) == at
    fails = [run["status"] for run in runs if run["id"] == "main.fails"]
    assert fails == [500, 500]
    assert "26 runs, 2 failed" in done.stderr
    assert "ValueError: no" in done.stderr
    assert "warning: main.wrong: invalid schedule '0 33 * * *': bad hour" in done.stderr


def test_a_name_runs_one_function(folder: Path) -> None:
    done = call(folder, "hourly", "--fast-forward", "2h")

    assert done.returncode == 0, done.stderr
    assert len(re.findall(r" JST hourly: 200 OK in ", done.stderr)) == 2
    assert done.stderr.endswith("2 runs\n")


def test_a_function_without_schedule_is_an_error(folder: Path) -> None:
    done = call(folder, "other", "--fast-forward", "1d")

    assert done.returncode == 2
    assert "error: no schedule found" in done.stderr


@pytest.mark.parametrize("span", ["", "1", "0d", "1y", "-1d", "999999d", "1d1h"])
def test_invalid_spans_are_named(span: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", "x", f"--fast-forward={span}"]) == 2

    assert f"invalid span '{span}'; use 30m, 12h or 1d" in capsys.readouterr().err


def test_options_that_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", "x", "--fast-forward", "1d", "--retry"]) == 2

    assert "--fast-forward and --retry exclude" in capsys.readouterr().err


def test_list_says_when_scheduled_functions_run_next(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not for an interval, whose beginning is unknown, nor an invalid schedule."""
    assert main(["list", "--json", str(folder)]) == 0

    functions = json.loads(capsys.readouterr().out)["functions"]
    found = {item["name"]: item.get("next_run") for item in functions}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:00:00\+09:00", found.pop("hourly"))
    assert found == {"fails": None, "wrong": None, "other": None}
