"""Rows about events: CloudEvents, legacy background events, typed functions."""

from __future__ import annotations

import json
from typing import Any

from fidelity.row import Row, ask

ID = "Function-Execution-Id: an-id"
"""Given in every request, because refusals print the headers of the request."""

ATTRIBUTES = {
    "specversion": "1.0",
    "id": "1234",
    "source": "//storage.googleapis.com/projects/_/buckets/some-bucket",
    "type": "google.cloud.storage.object.v1.finalized",
    "subject": "objects/folder/Test.cs",
    "time": "2020-09-29T11:32:00.000Z",
    "datacontenttype": "application/json",
}
DATA = {"bucket": "some-bucket", "name": "folder/Test.cs", "kind": "storage#object"}

PUBSUB = {
    "specversion": "1.0",
    "id": "1234",
    "source": "//pubsub.googleapis.com/projects/p/topics/t",
    "type": "google.cloud.pubsub.topic.v1.messagePublished",
    "time": "2020-09-29T11:32:00.000Z",
}
MESSAGE = {"data": "aGVsbG8=", "attributes": {"a": "1"}}


def post(body: str, *headers: str, path: str = "/") -> tuple[str]:
    """Return a POST with an id of its own."""
    return ask("POST", path, ID, *headers, body=body)


def json_post(value: Any, *headers: str, path: str = "/") -> tuple[str]:
    """Return a POST of JSON."""
    content = "Content-Type: application/json"
    return post(json.dumps(value), content, *headers, path=path)


def binary(
    attributes: dict[str, str],
    data: Any,
    *,
    content: str = "application/json",
    path: str = "/",
) -> tuple[str]:
    """Return a CloudEvent in binary mode: attributes in headers, data as the body."""
    body = data if isinstance(data, str) else json.dumps(data)
    headers = [
        f"ce-{name}: {value}"
        for name, value in attributes.items()
        if name != "datacontenttype"
    ]
    if content:
        headers.append(f"Content-Type: {content}")
    return post(body, *headers, path=path)


def structured(
    values: Any, *, content: str = "application/cloudevents+json", path: str = "/"
) -> tuple[str]:
    """Return a CloudEvent in structured mode: one JSON object."""
    body = values if isinstance(values, str) else json.dumps(values)
    return post(body, f"Content-Type: {content}", path=path)


def without(attributes: dict[str, str], *names: str) -> dict[str, str]:
    """Return attributes but some."""
    return {name: value for name, value in attributes.items() if name not in names}


def legacy(event_type: str, resource: Any, data: Any, **more: Any) -> dict[str, Any]:
    """Return a background event as the legacy triggers post it."""
    context = {
        "eventId": "1234",
        "timestamp": "2020-09-29T11:32:00.000Z",
        "eventType": event_type,
        "resource": resource,
    }
    return {"context": context, "data": data, **more}


_PROVIDERS = "providers/cloud.firestore/eventTypes"
_DOCUMENT = "projects/p/databases/(default)/documents/gcf/IH75dRdeYJKd4uuQiqch"
_DATABASE = "providers/google.firebase.database/eventTypes"
_REFERENCE = "projects/_/instances/some-instance/refs/gcf"
_OBJECT = "projects/_/buckets/some-bucket/objects/folder/Test.cs"

LEGACY = {
    **{
        f"storage {verb}": legacy(
            f"google.storage.object.{verb}",
            {"service": "storage.googleapis.com", "name": _OBJECT, "type": "x"},
            DATA,
        )
        for verb in ("finalize", "delete", "archive", "metadataUpdate")
    },
    "storage without a service": legacy(
        "google.storage.object.finalize", {"name": _OBJECT}, DATA
    ),
    "storage change": legacy(
        "providers/cloud.storage/eventTypes/object.change", _OBJECT, DATA
    ),
    "storage of a named project": legacy(
        "google.storage.object.finalize", _OBJECT.replace("_", "project"), DATA
    ),
    "storage without an object": legacy(
        "google.storage.object.finalize", "projects/_/buckets/b", DATA
    ),
    "pubsub": legacy(
        "google.pubsub.topic.publish",
        {"service": "pubsub.googleapis.com", "name": "projects/p/topics/t"},
        MESSAGE,
    ),
    "pubsub with the older name": legacy(
        "providers/cloud.pubsub/eventTypes/topic.publish",
        "projects/p/topics/t",
        MESSAGE,
    ),
    "pubsub with an id of its own": legacy(
        "google.pubsub.topic.publish",
        "projects/p/topics/t",
        {**MESSAGE, "messageId": "77", "publishTime": "2020-01-01T00:00:00Z"},
    ),
    **{
        f"firestore {verb}": legacy(
            f"{_PROVIDERS}/document.{verb}", _DOCUMENT, {"value": {"a": 1}}
        )
        for verb in ("write", "create", "update", "delete")
    },
    **{
        f"database {verb}": legacy(
            f"{_DATABASE}/ref.{verb}",
            _REFERENCE,
            {"data": None, "delta": {"a": 1}},
            domain="firebaseio.com",
        )
        for verb in ("write", "create", "update", "delete")
    },
    "database elsewhere": legacy(
        f"{_DATABASE}/ref.write",
        _REFERENCE,
        {"delta": 1},
        domain="europe-west1.firebasedatabase.app",
    ),
    "database without a domain": legacy(
        f"{_DATABASE}/ref.write", _REFERENCE, {"delta": 1}
    ),
    **{
        f"auth {verb}": legacy(
            f"providers/firebase.auth/eventTypes/user.{verb}",
            "projects/p",
            {
                "uid": "UUpby3s4spZre6kHsgVSPetzQ8l2",
                "metadata": {
                    "createdAt": "2020-05-26T10:42:27Z",
                    "lastSignedInAt": "2020-10-24T11:00:00Z",
                },
            },
        )
        for verb in ("create", "delete")
    },
    "auth without metadata": legacy(
        "providers/firebase.auth/eventTypes/user.create", "projects/p", {"uid": "u"}
    ),
    "analytics": legacy(
        "providers/google.firebase.analytics/eventTypes/event.log",
        "projects/p/events/session_start",
        {"eventDim": []},
    ),
    "unknown type": legacy("providers/nobody/eventTypes/thing.do", "projects/p", {}),
    "flat": {
        "eventId": "1234",
        "timestamp": "2020-09-29T11:32:00.000Z",
        "eventType": "google.storage.object.finalize",
        "resource": _OBJECT,
        "data": DATA,
    },
    "raw pubsub push": {
        "subscription": "projects/p/subscriptions/s",
        "message": {
            **MESSAGE,
            "messageId": "99",
            "publishTime": "2020-01-01T00:00:00Z",
        },
    },
    "raw pubsub push without a time": {
        "subscription": "projects/p/subscriptions/s",
        "message": {"data": "aGVsbG8=", "messageId": "99"},
    },
    "raw pubsub push without data": {
        "subscription": "projects/p/subscriptions/s",
        "message": {"messageId": "99", "attributes": {"a": "1"}},
    },
    "an empty object": {},
    "an empty list": [],
    "a list": [1],
    "null": None,
    "a number": 7,
    "a string": "text",
    "a context that is no object": {"context": "text", "data": 1},
    "a context with an unknown field": {"context": {"other": 1}, "data": 1},
    "data alone": {"data": 1},
}

CLOUDEVENTS = {
    "binary": binary(ATTRIBUTES, DATA),
    "binary pubsub": binary(PUBSUB, {"subscription": "s", "message": MESSAGE}),
    "binary with text": binary(ATTRIBUTES, "text", content="text/plain"),
    "binary with bytes": binary(ATTRIBUTES, "\x00\xff", content="a/b"),
    "binary without a content type": binary(ATTRIBUTES, DATA, content=""),
    "binary with an empty body": binary(ATTRIBUTES, ""),
    "binary with broken JSON": binary(ATTRIBUTES, "{"),
    "binary with extensions": binary(
        {**ATTRIBUTES, "traceparent": "00-1", "x": "y"}, 1
    ),
    "binary of an unknown type": binary({**ATTRIBUTES, "type": "com.example.a"}, DATA),
    "binary without a time": binary(without(ATTRIBUTES, "time"), DATA),
    "binary without a subject": binary(without(ATTRIBUTES, "subject"), DATA),
    "binary of version 0.3": binary({**ATTRIBUTES, "specversion": "0.3"}, DATA),
    "binary of version 2.0": binary({**ATTRIBUTES, "specversion": "2.0"}, DATA),
    **{
        f"binary without {name}": binary(without(ATTRIBUTES, name), DATA)
        for name in ("id", "source", "type", "specversion")
    },
    "binary with an odd source": binary({**ATTRIBUTES, "source": "here"}, DATA),
    "binary of the legacy names": post(
        "data",
        "ce-specversion: 1.0",
        "ce-id: 1",
        "ce-source: s",
        "ce-type: com.example.a",
        "ce-eventId: 2",
        "ce-timestamp: 2020-01-01T00:00:00Z",
        "ce-eventType: t",
        "ce-resource: r",
    ),
    "structured": structured({**ATTRIBUTES, "data": DATA}),
    "structured with a charset": structured(
        {**ATTRIBUTES, "data": DATA},
        content="application/cloudevents+json; charset=utf-8",
    ),
    "structured as plain JSON": structured(
        {**ATTRIBUTES, "data": DATA}, content="application/json"
    ),
    "structured with base64": structured({**ATTRIBUTES, "data_base64": "aGVsbG8="}),
    "structured without data": structured(ATTRIBUTES),
    "structured with null": structured({**ATTRIBUTES, "data": None}),
    "structured with text": structured(
        {**ATTRIBUTES, "datacontenttype": "text/plain", "data": "text"}
    ),
    "structured with extensions": structured({**ATTRIBUTES, "x": "y", "data": DATA}),
    "structured without a time": structured(
        {**without(ATTRIBUTES, "time", "datacontenttype"), "data": DATA}
    ),
    **{
        f"structured without {name}": structured(without(ATTRIBUTES, name))
        for name in ("id", "source", "type", "specversion")
    },
    "structured with an empty object": structured({}),
    "structured with broken JSON": structured("{"),
    "structured with a list": structured([1]),
    "a batch": structured([ATTRIBUTES], content="application/cloudevents-batch+json"),
    "no body": post(""),
    "text": post("text", "Content-Type: text/plain"),
    "no content type": post("text"),
    "a form": post("a=1", "Content-Type: application/x-www-form-urlencoded"),
    "broken JSON": post("{", "Content-Type: application/json"),
}

_PATHS = [
    *("/", "/a/b", "/favicon.ico", "/robots.txt", "/projects/p/topics/t"),
    *("//a", "/a%2Fb", "/projects/p/topics/t?x=1", "/a/projects/p/topics/t/b"),
]
_METHODS = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "FOO"]
_ORDER = {"number": "self", "amount": 3}


def _rows(source: str, target: str, requests: dict[str, tuple[str]]) -> list[Row]:
    kind = {"background": "event"}.get(source, "http")
    return [
        Row(f"{source} {target}: {name}", source, target, parts, signature_type=kind)
        for name, parts in requests.items()
    ]


_EVERYTHING = {
    **CLOUDEVENTS,
    **{f"legacy {name}": json_post(value) for name, value in LEGACY.items()},
    **{
        f"raw pubsub push to {path}": json_post(LEGACY["raw pubsub push"], path=path)
        for path in _PATHS
    },
    **{
        f"binary to {path}": binary(PUBSUB, {"message": MESSAGE}, path=path)
        for path in _PATHS
    },
    **{
        f"{method} {path}": ask(method, path, ID)
        for method in _METHODS
        for path in ("/", "/a", "/favicon.ico")
    },
}

_TYPED = {
    **{
        kind: json_post({"number": kind, "amount": 3})
        for kind in (
            *("str", "dict", "list", "int", "tuple", "none", "plain", "raise", "self"),
            "unknown",
        )
    },
    "a missing field": json_post({"number": "self"}),
    "a list": json_post([1]),
    "null": json_post(None),
    "broken JSON": post("{", "Content-Type: application/json"),
    "text": post("text", "Content-Type: text/plain"),
    "no body": post(""),
    **{path: json_post(_ORDER, path=path) for path in ("/a", "/favicon.ico")},
    **{method: ask(method, "/", ID) for method in _METHODS},
}

_OUTCOMES = {
    "binary": CLOUDEVENTS["binary"],
    "legacy": json_post(LEGACY["storage finalize"]),
}

ROWS = [
    *_rows("clouds", "see", _EVERYTHING),
    *_rows("clouds", "accept", _OUTCOMES),
    *_rows("clouds", "fail", _OUTCOMES),
    *_rows("clouds", "refuse", _OUTCOMES),
    *_rows("clouds", "never", _OUTCOMES),
    *(
        Row(
            f"undecorated: {name}",
            "clouds",
            "undecorated",
            parts,
            signature_type="cloudevent",
        )
        for name, parts in _OUTCOMES.items()
    ),
    *_rows("background", "see", _EVERYTHING),
    *_rows("background", "accept", _OUTCOMES),
    *_rows("background", "fail", _OUTCOMES),
    *_rows("typed", "annotated", _TYPED),
    *_rows("typed", "named", {"self": json_post(_ORDER)}),
]
