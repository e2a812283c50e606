"""Realtime Database: the value at a reference is written, changed or removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.requests.samples.event import PROJECT, REGION, Event, Legacy
from funclens.requests.samples.path_patterns import fill

if TYPE_CHECKING:
    from funclens.requests.samples.event import Inputs

__all__ = ["LEGACY_TYPES", "value_changed"]

LEGACY_TYPES = {
    "written": "providers/google.firebase.database/eventTypes/ref.write",
    "created": "providers/google.firebase.database/eventTypes/ref.create",
    "updated": "providers/google.firebase.database/eventTypes/ref.update",
    "deleted": "providers/google.firebase.database/eventTypes/ref.delete",
}
"""1st gen event types, by the last word of the CloudEvent type."""

_DOMAIN = "firebaseio.com"
_BEFORE = {"text": "Hello", "likes": 1}
_AFTER = {"text": "Hello", "likes": 2}


def value_changed(inputs: Inputs, change: str) -> Event:
    """Return a change at a reference.

    The payload is the value after the change, or the removed value.
    """
    instance = fill(inputs.options.get("instance", f"{PROJECT}-default-rtdb"))
    reference = fill(inputs.options.get("reference", "messages/{messageId}"))
    resource = f"instances/{instance}"
    data = _data(inputs, change)
    return Event(
        id=inputs.id,
        time=inputs.stamp,
        type=f"google.firebase.database.ref.v1.{change}",
        source="//firebasedatabase.googleapis.com/projects/_/locations/"
        f"{REGION}/{resource}",
        subject=f"refs/{reference}",
        extensions={
            "instance": instance,
            "ref": reference,
            "location": REGION,
            "firebasedatabasehost": _DOMAIN,
            "authtype": "app_user",
            "authid": "sample-user",
        },
        data=data,
        legacy=Legacy(
            LEGACY_TYPES[change],
            f"projects/_/{resource}/refs/{reference}",
            data,
            {"domain": _DOMAIN},
        ),
    )


def _data(inputs: Inputs, change: str) -> dict[str, Any]:
    if change == "deleted":
        return {"data": inputs.json(_BEFORE), "delta": None}
    if change == "created":
        return {"data": None, "delta": inputs.json(_BEFORE)}
    return {"data": _BEFORE, "delta": inputs.json(_AFTER)}
