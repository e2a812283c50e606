"""Every sample reaches every function that it fits, as it would in production."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from funclens.requests.samples import (
    TYPES,
    Event,
    Hints,
    Mode,
    SampleRequest,
    build_request,
    encode,
    find_type,
    modes_of,
)
from samples.delivery import (
    ALL,
    AWAITS_CLOUD_EVENT,
    INPUTS,
    TAKES_CLOUD_EVENT,
    TAKES_EVENT,
    TAKES_JSON,
    TAKES_REQUEST,
    content,
    deliver,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.model import Function
    from funclens.requests.samples import SampleType
    from runner_process import FrameworkProcess, RunnerProcess

EVENTS = [row for row in TYPES if isinstance(row.build(INPUTS), Event)]
PLAIN = [row for row in TYPES if isinstance(row.build(INPUTS), SampleRequest)]
LEGACY = [row for row in EVENTS if row.build(INPUTS).legacy is not None]
OVER_HTTP = (TAKES_REQUEST, TAKES_JSON)


def by_name(value: object) -> str:
    return str(getattr(value, "name", value))


def sample(
    row: SampleType, function: Function, mode: Mode | None = None
) -> SampleRequest:
    return build_request(row, function, INPUTS, hints=Hints(), mode=mode)


def received(runner: RunnerProcess, row: SampleType, function: Function) -> Any:
    """Return what the function gets when nobody chooses a mode."""
    return content(deliver(runner.address, sample(row, function), function.route))


@pytest.mark.parametrize("function", ALL, ids=by_name)
@pytest.mark.parametrize("row", EVENTS, ids=by_name)
def test_every_form_of_an_event_gets_the_response_of_production(
    runner: RunnerProcess,
    references: Mapping[str, FrameworkProcess],
    row: SampleType,
    function: Function,
) -> None:
    """The same bytes go to both; the answers hold what the function was given."""
    event = row.build(INPUTS)
    assert isinstance(event, Event)
    for mode in modes_of(event):
        request = encode(event, function, mode)
        ours = deliver(runner.address, request, function.route)
        theirs = deliver(references[function.name].address, request)

        assert ours.comparable() == theirs.comparable(), mode


@pytest.mark.parametrize("function", OVER_HTTP, ids=by_name)
@pytest.mark.parametrize("row", PLAIN, ids=by_name)
def test_plain_requests_get_the_response_of_production(
    runner: RunnerProcess,
    references: Mapping[str, FrameworkProcess],
    row: SampleType,
    function: Function,
) -> None:
    request = sample(row, function)
    ours = deliver(runner.address, request, function.route)
    theirs = deliver(references[function.name].address, request)

    assert ours.comparable() == theirs.comparable()


@pytest.mark.parametrize(
    "function", [TAKES_CLOUD_EVENT, AWAITS_CLOUD_EVENT], ids=by_name
)
@pytest.mark.parametrize("mode", [Mode.BINARY, Mode.STRUCTURED])
@pytest.mark.parametrize("row", EVENTS, ids=by_name)
def test_a_cloud_event_arrives_whole(
    runner: RunnerProcess, row: SampleType, mode: Mode, function: Function
) -> None:
    event = row.build(INPUTS)
    answer = deliver(runner.address, encode(event, function, mode), function.route)

    assert content(answer) == {
        "attributes": {
            "specversion": "1.0",
            "id": "7031415926535897",
            "source": event.source,
            "type": event.type,
            "time": "2024-11-05T10:20:30.123Z",
            **({"subject": event.subject} if event.subject else {}),
            **event.extensions,
            "datacontenttype": "application/json",
        },
        "data": event.data,
    }


@pytest.mark.parametrize("row", LEGACY, ids=by_name)
def test_a_1st_gen_event_arrives_whole(runner: RunnerProcess, row: SampleType) -> None:
    event = row.build(INPUTS)

    assert received(runner, row, TAKES_EVENT) == {
        "data": event.legacy.data,
        "context": {
            "event_id": "7031415926535897",
            "timestamp": "2024-11-05T10:20:30.123Z",
            "event_type": event.legacy.event_type,
            "resource": event.legacy.resource,
        },
    }


@pytest.mark.parametrize("row", LEGACY, ids=by_name)
def test_both_generations_carry_the_same_event(
    runner: RunnerProcess, row: SampleType
) -> None:
    """What the framework makes of one form is what the other form brings."""
    event = row.build(INPUTS)
    as_legacy = encode(event, TAKES_CLOUD_EVENT, Mode.LEGACY)
    as_cloud_event = encode(event, TAKES_EVENT, Mode.BINARY)
    converted = content(deliver(runner.address, as_legacy, TAKES_CLOUD_EVENT.route))
    converted_back = content(deliver(runner.address, as_cloud_event, TAKES_EVENT.route))

    for name in ("type", "source", "subject", "id", "time"):
        expected = getattr(event, name)
        assert converted["attributes"].get(name, "") == expected
    assert converted_back["context"]["event_type"] == event.legacy.event_type
    assert converted_back["context"]["resource"] == event.legacy.resource
    if row.name != "pubsub":  # its message is wrapped and has more names
        assert converted["data"] == event.data
        assert converted_back["data"] == event.legacy.data


def test_a_message_is_pushed_with_its_topic_in_the_path(runner: RunnerProcess) -> None:
    event = find_type("pubsub").build(INPUTS)
    pushed = encode(event, TAKES_EVENT, Mode.PUSH)
    given = content(deliver(runner.address, pushed, TAKES_EVENT.route))

    assert given["context"]["resource"]["name"] == event.topic
    assert given["data"]["data"] == event.data["message"]["data"]
    assert given["data"]["attributes"] == {"origin": "funclens"}


def test_a_message_is_pushed_to_an_http_function_at_its_own_url(
    runner: RunnerProcess,
) -> None:
    row = find_type("pubsub")
    given = received(runner, row, TAKES_REQUEST)

    assert (given["method"], given["path"]) == ("POST", "/?")
    assert given["headers"]["Content-Type"] == "application/json"
    assert received(runner, row, TAKES_JSON) == row.build(INPUTS).data


def test_firestore_data_arrives_as_protocol_buffers_on_request(
    runner: RunnerProcess,
) -> None:
    row = find_type("firestore.updated")
    event = row.build(INPUTS)
    request = sample(row, TAKES_CLOUD_EVENT, Mode.PROTOBUF)
    answer = deliver(runner.address, request, TAKES_CLOUD_EVENT.route)

    given = content(answer)["data"]
    assert base64.b64decode(given["base64"]) == event.protobuf


def test_a_job_has_the_headers_of_cloud_scheduler(runner: RunnerProcess) -> None:
    given = received(runner, find_type("scheduler"), TAKES_REQUEST)

    assert given["body"] == ""
    assert {name.lower(): value for name, value in given["headers"].items()} == {
        "connection": "close",
        "content-length": "0",
        "user-agent": "Google-Cloud-Scheduler",
        "x-cloudscheduler": "true",
        "x-cloudscheduler-jobname": "demo-job",
        "x-cloudscheduler-scheduletime": "2024-11-05T10:20:30.123Z",
    }


def test_a_task_has_the_headers_of_cloud_tasks(runner: RunnerProcess) -> None:
    given = received(runner, find_type("tasks"), TAKES_REQUEST)
    headers = {name.lower(): value for name, value in given["headers"].items()}

    assert headers["x-cloudtasks-queuename"] == "takes_request"
    assert headers["x-cloudtasks-taskname"] == "7031415926535897"
    assert headers["x-cloudtasks-taskretrycount"] == "0"
    assert headers["x-cloudtasks-taskexecutioncount"] == "0"
    assert headers["x-cloudtasks-tasketa"] == "1730802030.123456"
    assert headers["content-type"] == "application/octet-stream"
