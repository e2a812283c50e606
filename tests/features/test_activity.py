"""The runner's events add up to a state."""

from __future__ import annotations

from features.catalogs import status
from funclens.cold_start import ColdStart
from funclens.features import Activity
from funclens.requests.request import Request
from funclens.runner.units.status import RunnerState, UnitFailure, UnitState

SNAPSHOT = {
    "event": "snapshot",
    "url": "http://127.0.0.1:8081",
    "units": [status(UnitState.IDLE).to_json()],
}


def after(*events):
    activity = Activity()
    for event in events:
        activity = activity.after(event)
    return activity


def test_the_first_event_has_the_runners_address():
    runner = after(SNAPSHOT).runner

    assert (runner.state, runner.url) == (RunnerState.RUNNING, "http://127.0.0.1:8081")
    assert runner.units["main"].state is UnitState.IDLE


def test_a_unit_changes_its_state():
    failed = status(UnitState.FAILED, failure=UnitFailure("E", "/main.py", 3))

    runner = after(SNAPSHOT, {"event": "unit-state", **failed.to_json()}).runner

    assert runner.units["main"] == failed


def test_the_last_response_of_a_function_is_kept():
    request = {
        "event": "request",
        "unit": "main",
        "id": "main.hello",
        "method": "GET",
        "path": "/x",
        "query": "y",
        "status": 200,
        "seconds": 0.034,
    }

    answer = after(SNAPSHOT, request).responses["main.hello"]

    assert (answer.status, answer.seconds, answer.failed) == (200, 0.034, False)
    assert answer.request == Request("GET", "/x?y", (), b"")


def test_a_user_exception_is_a_failed_response():
    error = {"error": "ZeroDivisionError: x", "file": "/main.py", "line": 7}
    request = {"event": "request", "id": "main.hello", "status": 500, "error": error}

    answer = after(request).responses["main.hello"]

    assert (answer.failed, answer.error, answer.line) == (
        True,
        "ZeroDivisionError: x",
        7,
    )


def test_a_404_of_the_function_is_not_a_failure():
    request = {"event": "request", "id": "main.hello", "status": 404}

    assert not after(request).responses["main.hello"].failed


def test_a_stopped_runner_leaves_no_state():
    assert after(SNAPSHOT, {"event": "stopped"}) == Activity()


def test_unknown_events_are_ignored():
    assert after(SNAPSHOT, {"event": "sunrise"}) == after(SNAPSHOT)


def test_a_request_with_a_body_is_kept_if_sent_from_the_editor():
    sent = Request("POST", "/a%20b?c=1", (("X", "1"),), b"{}")
    told = {
        "event": "request",
        "id": "main.hello",
        "method": "POST",
        "path": "/a b",
        "query": "c=1",
        "status": 500,
    }

    ours = Activity().sending("main.hello", sent).after(told)
    others = Activity().after(told)

    assert ours.responses["main.hello"].request == sent
    assert others.responses["main.hello"].request is None


def test_sent_requests_are_kept_after_the_runner_stops():
    sent = Request("POST", "/", (), b"{}")

    activity = Activity().sending("main.hello", sent).after({"event": "stopped"})

    assert activity.sent == {"main.hello": sent}


def test_a_response_is_pending_until_the_runner_reports_it():
    asked = {"event": "request", "id": "main.hello", "method": "GET", "path": "/a b"}
    waiting = Activity().sending("main.hello", Request("GET", "/a%20b?c", (), b""))
    waiting = waiting.waiting_for("main.hello")

    other = waiting.after({**asked, "query": "d", "status": 200})
    own = other.after({**asked, "query": "c", "status": 201})

    assert other.waiting == {"main.hello"}
    assert own.waiting == frozenset()
    assert own.responses["main.hello"].status == 201
    assert own.responded("main.hello") is own


def test_a_units_cold_start_is_kept_until_the_next_one():
    cold_start = {"event": "cold-start", "unit": "main", "seconds": 2.0, "modules": []}
    ready = {"event": "unit-state", **status(UnitState.READY).state_json()}

    units = after(SNAPSHOT, cold_start, ready).runner.units

    assert units["main"] == status(UnitState.READY, cold_start=ColdStart(2.0))
