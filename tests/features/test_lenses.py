"""The lenses above a function fit what it does."""

from __future__ import annotations

import pytest

from features.catalogs import FOLDER, SOURCE, catalog, function, places, running, status
from funclens.features import Activity, make_snapshot
from funclens.features.lenses import code_lenses
from funclens.runner.state import RunnerSnapshot, RunnerState, UnitFailure, UnitState

PATH = f"{FOLDER}/main.py"


def titles(*functions, runner=None, **settings):
    activity = Activity(runner or RunnerSnapshot())
    snapshot = make_snapshot(catalog(*functions), activity=activity, **settings)
    return [lens.command.title for lens in code_lenses(snapshot, PATH, places(SOURCE))]


def test_a_function_that_does_not_run_can_be_run_and_debugged():
    assert titles(function()) == ["Run locally", "Debug"]


def test_a_lens_stands_at_the_name_and_names_the_function():
    snapshot = make_snapshot(catalog(function(line=4)))

    run, debug = code_lenses(snapshot, PATH, places(SOURCE))

    assert (run.range.start.line, run.range.start.character) == (3, 4)
    assert (run.range.end.line, run.range.end.character) == (3, 9)
    assert (run.command.command, run.command.arguments) == (
        "funclens.run",
        [{"id": "main.hello"}],
    )
    assert debug.command.command == "funclens.debug"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (UnitState.IDLE, "○ http://127.0.0.1:8080/hello"),
        (UnitState.STARTING, "Starting…"),
        (UnitState.READY, "● http://127.0.0.1:8080/hello"),
    ],
)
def test_a_running_unit_shows_its_state(state, expected):
    assert titles(function(), runner=running(status(state))) == [
        expected,
        "Debug",
        "Stop",
    ]


def test_a_runner_that_comes_up_is_shown_at_every_function():
    starting = RunnerSnapshot(RunnerState.STARTING)

    assert titles(function(), runner=starting) == ["Starting…", "Debug"]


def test_a_unit_that_does_not_load_shows_the_users_error():
    failure = UnitFailure("NameError: name 'x' is not defined\nmore")
    failed = status(UnitState.FAILED, failure=failure)

    first, *_ = titles(function(), runner=running(failed))

    assert first == "✗ NameError: name 'x' is not defined"


def test_a_long_error_is_cut():
    failed = status(UnitState.FAILED, failure=UnitFailure("E: " + "x" * 500))

    first, *_ = titles(function(), runner=running(failed))

    assert len(first) < 70
    assert first.endswith("…")


def test_a_definition_that_two_units_serve_names_them():
    shared = {"file": "main.py", "unit": "one.main"}
    other = {"file": "main.py", "unit": "two.main"}

    assert titles(function(**shared), function(**other)) == [
        "Run locally (one.main)",
        "Debug (one.main)",
        "Run locally (two.main)",
        "Debug (two.main)",
    ]


def test_the_setting_switches_lenses_off():
    assert titles(function(), code_lens=False) == []


def test_a_workspace_that_is_not_trusted_has_no_lenses():
    assert titles(function(), trusted=False) == []


def test_another_file_has_none():
    snapshot = make_snapshot(catalog(function()))

    assert code_lenses(snapshot, f"{FOLDER}/other.py", places()) == []
