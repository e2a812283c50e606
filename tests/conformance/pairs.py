"""Events as the first generation posts them, each with its CloudEvent.

`OWN` is written for this project. `SUITE` is the functions-framework conformance suite,
read from beside the checkout, where it may be missing; then it holds one case that is
skipped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "conformance"
ID = "6f1d-22"
TIME = "2026-03-04T05:06:07.089Z"


@dataclass(frozen=True)
class Pair:
    """One event in both forms, and what functions get."""

    name: str
    legacy: dict[str, Any]
    """What a first generation trigger posts."""
    cloud_event: dict[str, Any]
    """The same as a CloudEvent in structured JSON form."""
    event_output: dict[str, Any]
    """`{"data", "context"}` of an `event` function, for the legacy form."""
    cloud_event_output: dict[str, Any]
    """What a `cloudevent` function gets of the CloudEvent."""
    event_output_converted: dict[str, Any]
    """What an `event` function gets of the CloudEvent."""
    cloud_event_output_converted: dict[str, Any]
    """What a `cloudevent` function gets of the legacy form."""


def _own(
    name: str,
    *,
    types: tuple[str, str],
    resource: Any,
    source: str,
    data: dict[str, Any],
    subject: str | None = None,
    cloud_data: dict[str, Any] | None = None,
    **more: Any,
) -> Pair:
    """Return a pair; `cloud_data` is the data of the CloudEvent where it differs."""
    context = {
        "eventId": ID,
        "timestamp": TIME,
        "eventType": types[0],
        "resource": resource,
    }
    event = {
        "specversion": "1.0",
        "id": ID,
        "time": TIME,
        "type": types[1],
        "source": source,
        "datacontenttype": "application/json",
        "data": data if cloud_data is None else cloud_data,
    } | ({"subject": subject} if subject else {})
    output = {"data": data, "context": context}
    nested = isinstance(resource, dict)
    legacy = {"data": data, "context": context} if nested else {"data": data, **context}
    return Pair(name, legacy | more, event, output, event, output, event)


def _message(**more: str) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/google.pubsub.v1.PubsubMessage",
        "data": "Z3LDvMOfZQ==",
        "attributes": {"priority": "high"},
        **more,
    }


_OBJECT = {
    "bucket": "photos",
    "contentType": "image/png",
    "generation": "1700000000000001",
    "kind": "storage#object",
    "name": "2026/cat 1.png",
    "size": "2048",
}
_DOCUMENT = "projects/demo/databases/(default)/documents/shops/a/orders/7"

OWN = [
    _own(
        "pubsub",
        types=(
            "google.pubsub.topic.publish",
            "google.cloud.pubsub.topic.v1.messagePublished",
        ),
        resource={
            "service": "pubsub.googleapis.com",
            "name": "projects/demo/topics/orders",
            "type": "type.googleapis.com/google.pubsub.v1.PubsubMessage",
        },
        source="//pubsub.googleapis.com/projects/demo/topics/orders",
        data=_message(),
        cloud_data={"message": _message(messageId=ID, publishTime=TIME)},
    ),
    _own(
        "storage deleted",
        types=(
            "google.storage.object.delete",
            "google.cloud.storage.object.v1.deleted",
        ),
        resource={
            "service": "storage.googleapis.com",
            "name": "projects/_/buckets/photos/objects/2026/cat 1.png",
            "type": "storage#object",
        },
        source="//storage.googleapis.com/projects/_/buckets/photos",
        subject="objects/2026/cat 1.png",
        data=_OBJECT,
    ),
    _own(
        "firestore created",
        types=(
            "providers/cloud.firestore/eventTypes/document.create",
            "google.cloud.firestore.document.v1.created",
        ),
        resource=_DOCUMENT,
        source="//firestore.googleapis.com/projects/demo/databases/(default)",
        subject="documents/shops/a/orders/7",
        data={
            "oldValue": {},
            "updateMask": {},
            "value": {
                "createTime": "2026-03-04T05:06:06.000001Z",
                "fields": {
                    "total": {"doubleValue": 12.5},
                    "ok": {"booleanValue": True},
                },
                "name": _DOCUMENT,
                "updateTime": "2026-03-04T05:06:06.000001Z",
            },
        },
    ),
    _own(
        "auth deleted",
        types=(
            "providers/firebase.auth/eventTypes/user.delete",
            "google.firebase.auth.user.v1.deleted",
        ),
        resource="projects/demo",
        source="//firebaseauth.googleapis.com/projects/demo",
        subject="users/u-17",
        data={
            "uid": "u-17",
            "metadata": {
                "createdAt": "2026-01-02T03:04:05Z",
                "lastSignedInAt": "2026-02-03T04:05:06Z",
            },
        },
        cloud_data={
            "uid": "u-17",
            "metadata": {
                "createTime": "2026-01-02T03:04:05Z",
                "lastSignInTime": "2026-02-03T04:05:06Z",
            },
        },
    ),
    _own(
        "database updated",
        types=(
            "providers/google.firebase.database/eventTypes/ref.update",
            "google.firebase.database.ref.v1.updated",
        ),
        resource="projects/_/instances/demo-db/refs/carts/7",
        source=(
            "//firebasedatabase.googleapis.com/projects/_/locations/europe-west1"
            "/instances/demo-db"
        ),
        subject="refs/carts/7",
        data={"data": {"n": 1}, "delta": {"n": 2}},
        domain="europe-west1.firebasedatabase.app",
    ),
]


def _read(name: str, kind: str) -> Any:
    return json.loads((FOLDER / f"{name}-{kind}.json").read_text("utf-8"))


def _of_suite(name: str) -> Pair:
    def converted(kind: str) -> Any:
        exists = (FOLDER / f"{name}-{kind}-converted.json").exists()
        return _read(name, f"{kind}-converted" if exists else kind)

    return Pair(
        name,
        _read(name, "legacy-input"),
        _read(name, "cloudevent-input"),
        _read(name, "legacy-output"),
        _read(name, "cloudevent-output"),
        converted("legacy-output"),
        converted("cloudevent-output"),
    )


_NAMES = sorted(
    path.name.removesuffix("-legacy-input.json")
    for path in FOLDER.glob("*-legacy-input.json")
)
_MISSING = pytest.param(
    OWN[0],
    id="suite",
    marks=[
        pytest.mark.skip(reason="the conformance suite's pairs are not installed"),
        pytest.mark.may_skip_in_ci,
    ],
)

SUITE = [pytest.param(_of_suite(name), id=name) for name in _NAMES] or [_MISSING]
PAIRS = [*(pytest.param(pair, id=f"own-{pair.name}") for pair in OWN), *SUITE]
