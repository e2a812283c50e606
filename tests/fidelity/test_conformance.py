"""The event pairs of the conformance suite arrive in functions as they should."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fidelity.event_rows import binary, json_post, structured
from fidelity.exchange import exchange
from fidelity.row import Row

if TYPE_CHECKING:
    from fidelity.conftest import Key
    from runner_process import FrameworkProcess, RunnerProcess

PAIRS = Path(__file__).parent / "conformance"
CASES = sorted(
    path.name.removesuffix("-legacy-input.json")
    for path in PAIRS.glob("*-legacy-input.json")
)
FUNCTIONS = {"cloudevent": "clouds", "legacy": "background"}


def pair(case: str, name: str) -> dict[str, Any]:
    content = json.loads((PAIRS / f"{case}-{name}.json").read_text("utf-8"))
    assert isinstance(content, dict)
    return content


def sent(case: str, kind: str) -> tuple[str, ...]:
    """Return the request for one input: legacy, or a CloudEvent in one of its modes."""
    if kind == "legacy":
        return json_post(pair(case, "legacy-input"))
    event = pair(case, "cloudevent-input")
    if kind == "structured":
        return structured(event)
    data = event.pop("data")
    return binary(event, data)


def row_of(case: str, kind: str, function: str) -> Row:
    fact = f"conformance {case}: {kind} to {function}"
    signature_type = "event" if function == "legacy" else "cloudevent"
    return Row(
        fact,
        FUNCTIONS[function],
        "see",
        sent(case, kind),
        signature_type=signature_type,
    )


ROWS = [
    pytest.param(
        case,
        kind,
        function,
        row_of(case, kind, function),
        id=f"{case}-{kind}-to-{function}",
    )
    for case in CASES
    for kind in ("legacy", "binary", "structured")
    for function in FUNCTIONS
]


def as_expected(function: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Return what a function saw in the form of the suite's outputs."""
    if function == "cloudevent":
        event = answer["event"]
        return {**event["attributes"], "data": event["data"]}
    context = {
        "eventId": answer["event_id"],
        "eventType": answer["event_type"],
        "timestamp": answer["timestamp"],
        "resource": answer["resource"],
    }
    return {"context": context, "data": answer["event"]}


def comparable(value: Any) -> Any:
    """Times compare as instants, a resource by its name, all else as it is."""
    if isinstance(value, dict):
        return {
            key: comparable(
                item["name"] if key == "resource" and isinstance(item, dict) else item
            )
            for key, item in value.items()
        }
    if isinstance(value, str) and value[:4].isdigit():
        try:
            return datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            return value
    return value


@pytest.mark.parametrize(("case", "kind", "function", "row"), ROWS)
def test_events_arrive_as_the_suite_expects(
    case: str,
    kind: str,
    function: str,
    row: Row,
    references: dict[Key, FrameworkProcess],
    runners: dict[tuple[tuple[str, str], ...], RunnerProcess],
) -> None:
    """As expected, and as functions-framework does it.

    Which, in background functions, looks for CloudEvents in headers only: there,
    events in structured mode are not as the suite expects on either side.
    """
    theirs = exchange(references[row.source, row.target, ()].address, row.request(""))
    ours = exchange(runners[()].address, row.request(row.route))
    got = comparable(as_expected(function, json.loads(ours.body)))
    got["data"].pop("subscription", None)  # the suite expects nothing of it

    assert ours.comparable() == theirs.comparable()
    is_expected = got == comparable(pair(case, f"{function}-output"))
    assert is_expected != (kind == "structured" and function == "legacy"), got
