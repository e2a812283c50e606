"""The event pairs of the functions-framework conformance suite, through our runner.

Each pair has an event as the first generation posts it and as a CloudEvent. Both,
sent to an `event` function and to a `cloudevent` function, give what the suite says
that a function of that kind gets.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from event_pairs import NAMES, PAIRS, needs_pairs
from funclens.requests.samples import Request
from runner_process import FrameworkProcess, RunnerProcess
from samples.delivery import (
    TAKES_CLOUD_EVENT,
    TAKES_EVENT,
    WORKSPACES,
    content,
    deliver,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from funclens.model import Function

pytestmark = needs_pairs

LEGACY, BINARY, STRUCTURED = "legacy", "binary", "structured"


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunnerProcess]:
    state = tmp_path_factory.mktemp("state")
    with RunnerProcess(WORKSPACES / "events", state=state) as process:
        yield process


def pair(name: str, kind: str) -> Any:
    return json.loads((PAIRS / f"{name}-{kind}.json").read_text("utf-8"))


def request_of(name: str, form: str) -> Request:
    """Return the input of a pair as a request in one of the three forms."""
    if form == LEGACY:
        value = pair(name, "legacy-input")
        return Request(json.dumps(value).encode(), {"Content-Type": "application/json"})
    value = pair(name, "cloudevent-input")
    if form == STRUCTURED:
        headers = {"Content-Type": "application/cloudevents+json"}
        return Request(json.dumps(value).encode(), headers)
    data = json.dumps(value.pop("data")).encode()
    headers = {"Content-Type": value.pop("datacontenttype")}
    return Request(data, headers | {f"ce-{key}": item for key, item in value.items()})


def got_by(runner: RunnerProcess, function: Function, request: Request) -> Any:
    """Return what a function got, in the form of the suite's outputs."""
    given = content(deliver(runner.address, request, function.route))
    if function is TAKES_CLOUD_EVENT:
        return {**given["attributes"], "data": given["data"]}
    context = given["context"]
    return {
        "data": given["data"],
        "context": {
            "eventId": context["event_id"],
            "eventType": context["event_type"],
            "timestamp": context["timestamp"],
            "resource": context["resource"],
        },
    }


def comparable(value: Any, *, key: str = "") -> Any:
    """Return a value in which instants, and ways to name a resource, are equal."""
    if key == "resource" and isinstance(value, dict):
        return value["name"]
    if isinstance(value, dict):
        return {name: comparable(item, key=name) for name, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if key in {"time", "timestamp"}:
        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    return value


def without_subscription(event: Any) -> Any:
    """Leave out what the first generation does not know, as the suite's outputs do."""
    data = {key: item for key, item in event["data"].items() if key != "subscription"}
    return {**event, "data": data}


@pytest.mark.parametrize("form", [LEGACY, BINARY, STRUCTURED])
@pytest.mark.parametrize("name", NAMES)
def test_a_cloud_event_function_gets_its_output(
    runner: RunnerProcess, name: str, form: str
) -> None:
    got = got_by(runner, TAKES_CLOUD_EVENT, request_of(name, form))
    converted = PAIRS / f"{name}-cloudevent-output-converted.json"
    is_other = form == LEGACY and converted.exists()
    expected = pair(name, f"cloudevent-output{'-converted' if is_other else ''}")

    assert comparable(without_subscription(got)) == comparable(
        without_subscription(expected)
    )


@pytest.mark.parametrize("form", [LEGACY, BINARY])
@pytest.mark.parametrize("name", NAMES)
def test_an_event_function_gets_its_output(
    runner: RunnerProcess, name: str, form: str
) -> None:
    got = got_by(runner, TAKES_EVENT, request_of(name, form))
    converted = PAIRS / f"{name}-legacy-output-converted.json"
    is_other = form == BINARY and converted.exists()

    assert comparable(got) == comparable(
        pair(name, f"legacy-output{'-converted' if is_other else ''}")
    )


def test_an_event_function_gets_of_a_structured_event_what_production_gives(
    runner: RunnerProcess, tmp_path: Path
) -> None:
    """functions-framework converts binary ones only, so neither do we."""
    with FrameworkProcess(
        WORKSPACES / "events",
        TAKES_EVENT.name,
        home=tmp_path,
        signature_type="event",
    ) as reference:
        for name in NAMES:
            request = request_of(name, STRUCTURED)
            theirs = deliver(reference.address, request)
            ours = deliver(runner.address, request, TAKES_EVENT.route)

            assert ours.comparable() == theirs.comparable()
            assert content(ours)["context"]["event_type"] == ""
