"""Emulators and deliveries of their events in words, for terminal and editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.requests.delivery.retry_policy import span

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "delivery_result",
    "delivery_text",
    "emulator_text",
    "enqueued_text",
    "wired_text",
]

_EMULATORS = {
    "pubsub": "Pub/Sub",
    "firestore": "Firestore",
    "storage": "Cloud Storage",
    "tasks": "Cloud Tasks",
}
_RESULTS = {
    "delivered": "delivered",
    "retrying": "failed, delivered again later",
    "dropped": "failed and dropped, as retries are off",
}


def delivery_text(event: Mapping[str, Any], name: str) -> str:
    """Return the event `delivery` on one line; `name` is the function's."""
    attempt = f", attempt {event['attempt']}" if event["attempt"] > 1 else ""
    status = event["status"] or "no answer"
    return f"{event['source']} -> {name}: {_result(event)} ({status}{attempt})"


def delivery_result(event: Mapping[str, Any]) -> str:
    """Return the event `delivery` without function and status, for its response."""
    what = f"Event {event['event_id']} of {event['source']}, attempt {event['attempt']}"
    return f"{what}: {_result(event)}"


def _result(event: Mapping[str, Any]) -> str:
    result = _RESULTS.get(event["result"], event["result"])
    if topic := event.get("dead_letter_topic"):
        result = f"failed, published to dead-letter topic {topic}"
    elif event["result"] == "dropped" and event["attempt"] > 1:
        result = "failed and dropped: that was the last attempt"
    return str(result)


def enqueued_text(event: Mapping[str, Any], name: str) -> str:
    """Return the event `enqueued` on one line; `name` is the function's."""
    return f"{event['source']} -> {name}: due in {span(round(event['seconds']))}"


def emulator_text(event: Mapping[str, Any]) -> str:
    """Return the event `emulator` on one line."""
    verb = "Starting" if event["is_own"] else "Using"
    name = _EMULATORS.get(event["kind"], str(event["kind"]).capitalize())
    where = f"at {event['host']}, project {event['project']}"
    return f"{verb} the {name} emulator {where}"


def wired_text(event: Mapping[str, Any], name: str) -> str:
    """Return the event `wired` or `unwired` on one line; `name` is the function's."""
    verb = "connected" if event["event"] == "wired" else "disconnected"
    return f"{event['source']} -> {name}: {verb}"
