"""`funclens.deliver`: retries, duplicates and shuffles of events, from an editor."""

from __future__ import annotations

import pytest

from lsp.client import ResponseError

MAIN = """\
import base64
import functions_framework

CALLS = []


@functions_framework.cloud_event
def note(event):
    text = base64.b64decode(event.data["message"]["data"]).decode()
    CALLS.append(text)
    if text == "late" and CALLS.count(text) < 3:
        raise ValueError("not yet")
"""
ID = {"id": "main.note", "event": "pubsub"}


def test_an_event_is_delivered_in_the_ways_of_production(vscode, write):
    write({"main.py": MAIN})
    client = vscode()

    retried = client.execute("funclens.deliver", {**ID, "way": "retry", "data": "late"})

    told = client.told("funclens/delivery")
    assert told == retried["lines"]
    assert [line["text"] for line in told if line["status"]] == [
        "attempt 1 after 0 s",
        "attempt 2 after 10 s",
        "attempt 3 after 30 s",
    ]
    assert [line["status"] for line in told if line["status"]] == [500, 500, 200]
    assert [line["error"] for line in told if line["error"]] == [
        "ValueError: not yet",
        "ValueError: not yet",
    ]
    assert told[-1]["text"] == "delivered at attempt 3"
    assert retried["delivered"]
    assert retried["response"]["status"] == 200

    client.execute("funclens.deliver", {**ID, "way": "duplicate", "data": "a"})
    last = client.told("funclens/delivery")[-1]["text"]
    assert last == "no difference in status, headers, body and output"

    shuffled = client.execute(
        "funclens.deliver",
        {**ID, "way": "shuffle", "data": "{{n}}", "count": 4, "seed": 3},
    )
    first, *events, last = [line["text"] for line in shuffled["lines"]]
    assert first == "order of seed 3"
    assert sorted(events) == [f"event {number}" for number in (1, 2, 3, 4)]
    assert events != sorted(events)
    assert last == "4 delivered"

    poisoned = client.execute(
        "funclens.deliver",
        {**ID, "way": "retry", "attempts": 1, "path": "/x", "headers": ["A: b"]},
    )
    assert poisoned["response"]["status"] == 200
    for wrong in (
        {"way": "again"},
        {"way": "shuffle", "count": 1},
        {"way": "retry", "attempts": "two"},
        {"way": "duplicate", "event": "no.such"},
    ):
        with pytest.raises(ResponseError):
            client.execute("funclens.deliver", {**ID, **wrong})
