"""The lenses above a function fit what it does."""

from __future__ import annotations

import re

import pytest

from features.catalogs import FOLDER, SOURCE, catalog, function, places, running, status
from funclens.features import Activity, LastResponse, make_snapshot
from funclens.features.lenses import code_lenses
from funclens.model import Trigger
from funclens.requests.request import Request
from funclens.runner.units.status import (
    RunnerSnapshot,
    RunnerState,
    UnitFailure,
    UnitState,
)

PATH = f"{FOLDER}/main.py"


def titles(*functions, runner=None, answer=None, **settings):
    answers = {} if answer is None else {"main.hello": answer}
    activity = Activity(runner or RunnerSnapshot(), answers)
    snapshot = make_snapshot(catalog(*functions), activity=activity, **settings)
    return [lens.command.title for lens in code_lenses(snapshot, PATH, places(SOURCE))]


def test_a_stopped_function_can_be_run_and_debugged():
    assert titles(function()) == ["Run locally", "Debug"]


def test_a_lens_is_at_the_name_and_refers_to_the_function():
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


def test_stop_means_the_unit_where_there_are_several():
    two = function(), function(id="two.main.bye", unit="two.main", source="two/main.py")
    ready = running(status(UnitState.READY))
    activity = Activity(ready, {})
    snapshot = make_snapshot(catalog(*two), activity=activity)

    *_, stop = code_lenses(snapshot, PATH, places(SOURCE))

    assert stop.command.title == "Stop"
    assert stop.command.arguments == [{"id": "main.hello", "unit": "main"}]


def test_an_idle_unit_among_others_offers_to_stop_them_all():
    two = function(), function(id="two.main.bye", unit="two.main", source="two/main.py")
    snapshot = make_snapshot(catalog(*two), activity=Activity(running(), {}))

    *_, stop = code_lenses(snapshot, PATH, places(SOURCE))

    assert stop.command.title == "Stop All"
    assert stop.command.arguments == [{"id": "main.hello"}]


def test_a_starting_runner_is_shown_at_every_function():
    starting = RunnerSnapshot(RunnerState.STARTING)

    assert titles(function(), runner=starting) == ["Starting…", "Debug"]


def test_a_unit_that_fails_to_load_shows_the_error():
    failure = UnitFailure("NameError: name 'x' is not defined\nmore")
    failed = status(UnitState.FAILED, failure=failure)

    first, *_ = titles(function(), runner=running(failed))

    assert first == "✗ NameError: name 'x' is not defined"


def test_a_long_error_is_cut():
    failed = status(UnitState.FAILED, failure=UnitFailure("E: " + "x" * 500))

    first, *_ = titles(function(), runner=running(failed))

    assert len(first) < 70
    assert first.endswith("…")


def test_lenses_of_a_definition_in_two_units_name_the_units():
    shared = {"file": "main.py", "unit": "one.main"}
    other = {"file": "main.py", "unit": "two.main"}

    assert titles(function(**shared), function(**other)) == [
        "Run locally (one.main)",
        "Debug (one.main)",
        "Run locally (two.main)",
        "Debug (two.main)",
    ]


def test_the_setting_turns_lenses_off():
    assert titles(function(), code_lens=False) == []


def test_an_untrusted_workspace_has_no_lenses():
    assert titles(function(), trusted=False) == []


def test_another_file_has_none():
    snapshot = make_snapshot(catalog(function()))

    assert code_lenses(snapshot, f"{FOLDER}/other.py", places()) == []


READY = running(status(UnitState.READY))
GET = Request("GET", "/", (), b"")


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0344, "34 ms"), (0.9994, "999 ms"), (1.26, "1.3 s")]
)
def test_the_last_response_is_shown(seconds, shown):
    answer = LastResponse(status=200, seconds=seconds, request=GET)

    assert titles(function(), runner=READY, answer=answer) == [
        "● http://127.0.0.1:8080/hello",
        f"200 · {shown}",
        "Debug",
        "Stop",
    ]


def test_a_failed_request_can_be_replayed_and_debugged():
    error = "ZeroDivisionError: division by zero"
    answer = LastResponse(status=500, seconds=0.1, error=error, request=GET)

    assert titles(function(), runner=READY, answer=answer)[1:] == [
        "500 · ZeroDivisionError · Replay",
        "Debug this request",
        "Stop",
    ]


def test_a_failed_request_without_replay_links_to_its_line():
    answer = LastResponse(status=500, seconds=0.1, error="KeyError: 'a'")
    activity = Activity(READY, {"main.hello": answer})
    snapshot = make_snapshot(catalog(function()), activity=activity)

    commands = {
        lens.command.title: lens.command.command
        for lens in code_lenses(snapshot, PATH, places(SOURCE))
    }

    assert commands["500 · KeyError"] == "funclens.showFailure"
    assert commands["Debug"] == "funclens.debug"


def test_a_request_without_a_response_is_shown():
    answer = LastResponse(status=0, seconds=0.1, error="SystemExit: 1")

    assert titles(function(), runner=READY, answer=answer)[1] == (
        "no response · SystemExit"
    )


def test_client_commands_are_offered_if_declared():
    own = frozenset({"funclens.send", "funclens.showLogs"})

    assert titles(function(), runner=READY, client_commands=own)[1:] == [
        "Send…",
        "Debug",
        "Logs",
        "Stop",
    ]


def test_a_pending_response_hides_the_last_one():
    ready = running(status(UnitState.READY))
    activity = Activity(ready, {"main.hello": LastResponse(200, 0.034)})
    snapshot = make_snapshot(
        catalog(function()), activity=activity.waiting_for("main.hello")
    )

    shown = [lens.command for lens in code_lenses(snapshot, PATH, places(SOURCE))]

    assert [command.title for command in shown][1:] == [
        "Waiting for response…",
        "Debug",
        "Stop",
    ]
    assert shown[1].command == "funclens.open"


def test_a_scheduled_function_has_its_next_run_and_can_be_run_now():
    attributes = (("schedule", "30 3 * * *"), ("time_zone", "Asia/Tokyo"))
    nightly = function(triggers=(Trigger("schedule", "decorator", "", attributes),))
    activity = Activity(running(status(UnitState.READY)), {})
    snapshot = make_snapshot(catalog(nightly), activity=activity)

    commands = [lens.command for lens in code_lenses(snapshot, PATH, places(SOURCE))]

    assert re.fullmatch(
        r"Next run \w{3} \d\d \w{3} 03:30 JST · Run Now", commands[1].title
    )
    assert commands[1].command == "funclens.call"
    assert commands[1].arguments == [{"id": "main.hello", "event": "auto"}]
    stopped = titles(nightly)
    assert stopped[:2] == ["Run locally", "Debug"]
    assert stopped[2] == commands[1].title


def test_a_schedule_whose_first_run_is_unknown_is_shown_as_it_is():
    attributes = (("schedule", "Every 5  minutes"),)
    often = function(triggers=(Trigger("schedule", "decorator", "", attributes),))

    assert titles(often)[2] == "Runs every 5 minutes · Run Now"
