"""The last response of a function on the page, if an emulator delivered an event."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from funclens.runner.page.diff import PageDiff
from funclens.runner.page.fragments import last_response
from funclens.runner.page.last_responses import LastResponses

REQUEST: dict[str, Any] = {
    "event": "request",
    "id": "main.f",
    "method": "POST",
    "path": "/",
    "status": 500,
    "seconds": 0.01,
}
DELIVERY: dict[str, Any] = {
    "event": "delivery",
    "id": "main.f",
    "source": "topic orders",
    "event_id": "7",
    "attempt": 2,
    "status": 500,
    "result": "retrying",
}
TEXT = "Event 7 of topic orders, attempt 2: failed, delivered again later"


def test_a_delivery_is_shown_with_its_response_until_the_next_request() -> None:
    known = LastResponses(lambda: 0.0)
    for event in (REQUEST, DELIVERY):
        known.put(event)

    shown = known.all()["main.f"]
    assert TEXT in last_response(shown, "/")
    assert shown.to_json()["delivery"] == TEXT

    known.put(REQUEST)
    shown = known.all()["main.f"]
    assert "Event 7" not in last_response(shown, "/")
    assert "delivery" not in shown.to_json()


def test_a_delivery_changes_the_function_on_the_page() -> None:
    diff = PageDiff()
    diff.put(DELIVERY)

    # In a thread: the browser of other tests has an event loop in this one.
    with ThreadPoolExecutor(1) as threads:
        keys = threads.submit(asyncio.run, diff.take()).result()

    assert keys == ["function:main.f"]
