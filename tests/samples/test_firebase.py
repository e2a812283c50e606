"""Every trigger of firebase_functions gets the event that its SDK can read."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from funclens.errors import UsageError
from funclens.requests.lookup import functions_of
from funclens.requests.samples import Mode, build_request, default_type, hints_of
from runner_process import FrameworkProcess, RunnerProcess
from samples.delivery import INPUTS, WORKSPACES, content, deliver

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from funclens.model import Function
    from funclens.requests.samples import Hints, SampleRequest

SOURCE = WORKSPACES / "firebase-events" / "main.py"

EXPECTED = {
    "on_message": "pubsub",
    "on_finalized_object": "storage.finalized",
    "on_deleted_object": "storage.deleted",
    "on_archived_object": "storage.archived",
    "on_metadata_updated_object": "storage.metadata-updated",
    "on_written_document": "firestore.written",
    "on_created_document": "firestore.created",
    "on_updated_document": "firestore.updated",
    "on_deleted_document": "firestore.deleted",
    "on_written_document_by_whom": "firestore.written.with-auth-context",
    "on_created_document_by_whom": "firestore.created.with-auth-context",
    "on_updated_document_by_whom": "firestore.updated.with-auth-context",
    "on_deleted_document_by_whom": "firestore.deleted.with-auth-context",
    "on_written_value": "database.written",
    "on_created_value": "database.created",
    "on_updated_value": "database.updated",
    "on_deleted_value": "database.deleted",
    "on_sold": "eventarc",
    "on_config": "remote-config",
    "on_matrix": "test-lab",
    "on_mutation": "data-connect",
    "on_alert": "alerts.crashlytics.velocity",
    "on_new_fatal_issue": "alerts.crashlytics.new-fatal-issue",
    "on_new_nonfatal_issue": "alerts.crashlytics.new-nonfatal-issue",
    "on_regression_alert": "alerts.crashlytics.regression",
    "on_stability_digest": "alerts.crashlytics.stability-digest",
    "on_velocity_alert": "alerts.crashlytics.velocity",
    "on_new_anr_issue": "alerts.crashlytics.new-anr-issue",
    "on_plan_update": "alerts.billing.plan-update",
    "on_plan_automated_update": "alerts.billing.plan-automated-update",
    "on_new_tester_ios_device": "alerts.app-distribution.new-tester-ios-device",
    "on_in_app_feedback": "alerts.app-distribution.in-app-feedback",
    "on_threshold": "alerts.performance.threshold",
    "nightly": "scheduler.firebase",
    "work": "tasks.firebase",
    "greet": "callable",
}
"""Name of the function, and the event that its trigger waits for."""

EVENTS = [name for name in EXPECTED if name.startswith("on_")]


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunnerProcess]:
    """A runner over a function for each trigger."""
    with RunnerProcess(SOURCE.parent, state=tmp_path_factory.mktemp("state")) as it:
        yield it


@pytest.fixture(scope="module")
def functions(runner: RunnerProcess) -> Mapping[str, Function]:
    with urllib.request.urlopen(f"{runner.url}/_funclens/functions") as answer:
        return {item.name: item for item in functions_of(json.load(answer))}


def hints(function: Function) -> Hints:
    return hints_of(SOURCE.read_text("utf-8"), function.span.line)


def chosen(function: Function, mode: Mode | None = None) -> SampleRequest:
    """Return the request that a person gets who chooses nothing."""
    read = hints(function)
    return build_request(
        default_type(function, read), function, INPUTS, hints=read, mode=mode
    )


def given(runner: RunnerProcess, function: Function) -> Any:
    """Return what the function was given, as it shows it."""
    answer = deliver(runner.address, chosen(function), function.route)
    return content(answer)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_trigger_chooses_the_event(
    functions: Mapping[str, Function], name: str
) -> None:
    function = functions[name]

    assert default_type(function, hints(function)).name == EXPECTED[name]


@pytest.mark.parametrize("name", EVENTS)
def test_the_sdk_accepts_the_event(
    runner: RunnerProcess, functions: Mapping[str, Function], name: str
) -> None:
    shown = given(runner, functions[name])

    assert shown["id"] == INPUTS.id
    assert shown["time"].startswith("2024-11-05T10:20:30.123")
    assert shown["data"]


def test_each_option_of_a_decorator_is_matched(
    runner: RunnerProcess, functions: Mapping[str, Function]
) -> None:
    def of(name: str) -> Any:
        return given(runner, functions[name])

    assert of("on_message")["source"].endswith("/topics/orders")
    assert of("on_finalized_object")["data"]["bucket"] == "photos"
    assert of("on_written_document")["params"] == {
        "shopId": "sample-shopId",
        "orderId": "sample-orderId",
    }
    assert of("on_written_value")["params"] == {"roomId": "sample-roomId"}
    assert of("on_sold")["type"] == "com.example.shop.sold"
    assert of("on_alert")["alert_type"] == "crashlytics.velocity"
    assert of("on_mutation")["subject"] == "operations/Buy"


def test_documents_arrive_as_snapshots(
    runner: RunnerProcess, functions: Mapping[str, Function]
) -> None:
    def data(name: str) -> Any:
        return given(runner, functions[name])["data"]

    before = {"name": "Ada Lovelace", "visits": 3}
    after = {"name": "Ada Lovelace", "visits": 4}
    assert data("on_created_document") == before
    assert data("on_deleted_document") == before
    assert data("on_updated_document") == {"before": before, "after": after}
    assert given(runner, functions["on_written_document_by_whom"])["auth_id"]


def test_jobs_tasks_and_calls_get_a_response(
    runner: RunnerProcess, functions: Mapping[str, Function]
) -> None:
    nightly = functions["nightly"]
    event = json.loads(deliver(runner.address, chosen(nightly), nightly.route).body)

    assert event["job_name"] == "firebase-schedule-nightly-us-central1"
    assert event["schedule_time"] == "2024-11-05T10:20:30.123000+00:00"
    assert given(runner, functions["work"])["result"]["order"] == 1042
    assert given(runner, functions["greet"]) == {"result": {"text": "Hello"}}


def test_the_sdk_cannot_read_a_document_as_json(
    runner: RunnerProcess, functions: Mapping[str, Function]
) -> None:
    """That is why these functions get protocol buffers; as the docs say."""
    function = functions["on_written_document"]
    answer = deliver(runner.address, chosen(function, Mode.BINARY), function.route)

    assert answer.status == 500


def test_there_are_no_samples_for_requests_and_signed_events(
    functions: Mapping[str, Function],
) -> None:
    for name, sentence in (
        ("page", "no default event for 'page'"),
        ("before_created", "Firebase did not sign"),
    ):
        with pytest.raises(UsageError, match=sentence):
            default_type(functions[name], hints(functions[name]))


@pytest.mark.parametrize("name", ["on_message", "on_updated_document", "nightly"])
def test_functions_framework_responds_alike(
    runner: RunnerProcess,
    functions: Mapping[str, Function],
    tmp_path: Path,
    name: str,
) -> None:
    function = functions[name]
    with FrameworkProcess(
        SOURCE.parent,
        name,
        home=tmp_path,
        signature_type=function.signature_type.value,
    ) as reference:
        theirs = deliver(reference.address, chosen(function))
    ours = deliver(runner.address, chosen(function), function.route)

    assert ours.comparable() == theirs.comparable()
