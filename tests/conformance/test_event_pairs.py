"""Events in both forms, sent through the runner to functions of both kinds.

Each pair has an event as the first generation posts it and as a CloudEvent. Both,
sent to an `event` function and to a `cloudevent` function, give what the pair says
that a function of that kind gets.
"""

from __future__ import annotations

import contextlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from conformance.pairs import PAIRS
from funclens.requests.samples import SampleRequest
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

    from conformance.pairs import Pair
    from funclens.model import Function

LEGACY, BINARY, STRUCTURED = "legacy", "binary", "structured"


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunnerProcess]:
    state = tmp_path_factory.mktemp("state")
    with RunnerProcess(WORKSPACES / "events", state=state) as process:
        yield process


@pytest.fixture(scope="module")
def references(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, FrameworkProcess]]:
    """functions-framework itself, for each function, by its name."""
    home = tmp_path_factory.mktemp("gunicorn")
    types = {TAKES_EVENT.name: "event", TAKES_CLOUD_EVENT.name: "cloudevent"}
    with contextlib.ExitStack() as stack:
        yield {
            name: stack.enter_context(
                FrameworkProcess(
                    WORKSPACES / "events", name, home=home, signature_type=kind
                )
            )
            for name, kind in types.items()
        }


def request_of(pair: Pair, form: str) -> SampleRequest:
    """Return an event as a request in one of the three forms."""
    if form == LEGACY:
        body = json.dumps(pair.legacy).encode()
        return SampleRequest(body, {"Content-Type": "application/json"})
    if form == STRUCTURED:
        headers = {"Content-Type": "application/cloudevents+json"}
        return SampleRequest(json.dumps(pair.cloud_event).encode(), headers)
    value = dict(pair.cloud_event)
    data = json.dumps(value.pop("data")).encode()
    headers = {"Content-Type": value.pop("datacontenttype")}
    return SampleRequest(
        data, headers | {f"ce-{key}": item for key, item in value.items()}
    )


def got_by(runner: RunnerProcess, function: Function, request: SampleRequest) -> Any:
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
@pytest.mark.parametrize("pair", PAIRS)
def test_a_cloud_event_function_gets_its_output(
    runner: RunnerProcess, pair: Pair, form: str
) -> None:
    got = got_by(runner, TAKES_CLOUD_EVENT, request_of(pair, form))
    expected = (
        pair.cloud_event_output_converted if form == LEGACY else pair.cloud_event_output
    )

    assert comparable(without_subscription(got)) == comparable(
        without_subscription(expected)
    )


@pytest.mark.parametrize("form", [LEGACY, BINARY])
@pytest.mark.parametrize("pair", PAIRS)
def test_an_event_function_gets_its_output(
    runner: RunnerProcess, pair: Pair, form: str
) -> None:
    got = got_by(runner, TAKES_EVENT, request_of(pair, form))

    assert comparable(got) == comparable(
        pair.event_output_converted if form == BINARY else pair.event_output
    )


@pytest.mark.parametrize("pair", PAIRS)
def test_functions_framework_gives_the_same_output(
    runner: RunnerProcess,
    references: dict[str, FrameworkProcess],
    pair: Pair,
) -> None:
    """Every form, to both kinds of function. Structured events are converted by none
    of the two for `event` functions.
    """
    for function in (TAKES_EVENT, TAKES_CLOUD_EVENT):
        for form in (LEGACY, BINARY, STRUCTURED):
            request = request_of(pair, form)
            theirs = deliver(references[function.name].address, request)
            ours = deliver(runner.address, request, function.route)

            assert ours.comparable() == theirs.comparable()
