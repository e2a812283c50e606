"""The runner's events add up to a state."""

from __future__ import annotations

from features.catalogs import status
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


def test_the_first_event_says_where_the_runner_is():
    runner = after(SNAPSHOT).runner

    assert (runner.state, runner.url) == (RunnerState.RUNNING, "http://127.0.0.1:8081")
    assert runner.units["main"].state is UnitState.IDLE


def test_a_unit_changes_its_state():
    failed = status(UnitState.FAILED, failure=UnitFailure("E", "/main.py", 3))

    runner = after(SNAPSHOT, {"event": "unit-state", **failed.to_json()}).runner

    assert runner.units["main"] == failed


def test_the_last_answer_of_a_function_is_kept():
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


def test_an_exception_of_the_user_is_a_failed_answer():
    error = {"error": "ZeroDivisionError: x", "file": "/main.py", "line": 7}
    request = {"event": "request", "id": "main.hello", "status": 500, "error": error}

    answer = after(request).responses["main.hello"]

    assert (answer.failed, answer.error, answer.line) == (
        True,
        "ZeroDivisionError: x",
        7,
    )


def test_a_not_found_of_its_own_is_an_answer():
    request = {"event": "request", "id": "main.hello", "status": 404}

    assert not after(request).responses["main.hello"].failed


def test_nothing_is_left_of_a_stopped_runner():
    assert after(SNAPSHOT, {"event": "stopped"}) == Activity()


def test_events_of_later_versions_change_nothing():
    assert after(SNAPSHOT, {"event": "sunrise"}) == after(SNAPSHOT)


def test_a_request_with_a_body_is_kept_when_it_was_sent_from_here():
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


def test_what_was_sent_outlives_the_runner():
    sent = Request("POST", "/", (), b"{}")

    activity = Activity().sending("main.hello", sent).after({"event": "stopped"})

    assert activity.sent == {"main.hello": sent}


def test_an_answer_is_awaited_until_the_runner_tells_of_that_request():
    asked = {"event": "request", "id": "main.hello", "method": "GET", "path": "/a b"}
    waiting = Activity().sending("main.hello", Request("GET", "/a%20b?c", (), b""))
    waiting = waiting.waiting_for("main.hello")

    other = waiting.after({**asked, "query": "d", "status": 200})
    own = other.after({**asked, "query": "c", "status": 201})

    assert other.waiting == {"main.hello"}
    assert own.waiting == frozenset()
    assert own.responses["main.hello"].status == 201
    assert own.responded("main.hello") is own
