"""Rows about functions of firebase_functions, which functions-framework serves."""

from __future__ import annotations

import base64
from typing import Any

from fidelity.event_rows import ATTRIBUTES, ID, LEGACY, binary, json_post, post
from fidelity.row import Row, ask

_OBJECT = {
    "bucket": "b",
    "name": "folder/a.txt",
    "generation": "1",
    "id": "b/folder/a.txt/1",
    "metageneration": "1",
    "size": "3",
    "storageClass": "STANDARD",
    "timeCreated": "2020-04-23T07:38:57.230Z",
    "updated": "2020-04-23T07:38:57.230Z",
}
_MESSAGE = {
    "messageId": "7",
    "publishTime": "2020-09-29T11:32:00.000Z",
    "attributes": {"a": "1"},
    "data": "aGVsbG8=",
}
_PUSHED = {
    **_MESSAGE,
    "message_id": "7",
    "publish_time": "2020-09-29T11:32:00.000Z",
}
_DOCUMENT = base64.b64decode(
    "Cl8KMnByb2plY3RzL3AvZGF0YWJhc2VzLyhkZWZhdWx0KS9kb2N1bWVudHMvdXNlcnMvYWRhEg4KBG5h"
    "bWUSBooBA0FkYRIJCgNhZ2USAhAkGgYIsLbM+wUiBgiwtsz7BQ=="
).decode("latin-1")
"""A google.events.cloud.firestore.v1.DocumentEventData: Ada is 36."""

_EMULATED = (("FIRESTORE_EMULATOR_HOST", "127.0.0.1:9"), ("GCLOUD_PROJECT", "p"))
"""Without them the library wants credentials; nobody is asked at the address."""

_CREATED = {
    **ATTRIBUTES,
    "type": "google.cloud.firestore.document.v1.created",
    "source": "//firestore.googleapis.com/projects/p/databases/(default)",
    "subject": "documents/users/ada",
    "document": "users/ada",
    "project": "p",
    "namespace": "(default)",
    "database": "(default)",
    "location": "eu",
}


def _event(event_type: str, data: Any, **attributes: str) -> tuple[str]:
    return binary({**ATTRIBUTES, "type": event_type, **attributes}, data)


_HTTP = {
    "hello": {
        **{
            f"{method} {path}": ask(method, path)
            for method in ("GET", "POST", "OPTIONS", "HEAD", "FOO")
            for path in ("/", "/a/b", "/favicon.ico")
        },
    },
    "shared": {
        "plain": ask("GET", "/"),
        "preflight": ask(
            "OPTIONS",
            "/",
            "Origin: https://example.com",
            "Access-Control-Request-Method: GET",
        ),
        "of another origin": ask("GET", "/", "Origin: https://example.com"),
    },
    "broken": {"plain": ask("GET", "/")},
    "add": {
        "numbers": json_post({"data": {"a": 1, "b": 2}}),
        "null": json_post({"data": None}),
        "no data": json_post({}),
        "too much": json_post({"data": {"a": 1, "b": 2}, "other": 1}),
        "an error": json_post({"data": {"a": 1}}),
        "broken JSON": post("{", "Content-Type: application/json"),
        "text": post("text", "Content-Type: text/plain"),
        "GET": ask("GET", "/", ID),
        "preflight": ask(
            "OPTIONS",
            "/",
            "Origin: https://example.com",
            "Access-Control-Request-Method: POST",
        ),
        "a bad token": json_post(
            {"data": {"a": 1, "b": 2}}, "Authorization: Bearer nonsense"
        ),
    },
    "work": {
        "a task": json_post({"data": "x"}, "X-CloudTasks-TaskName: t"),
        "an error": json_post({"data": "fail"}),
        "text": post("text", "Content-Type: text/plain"),
    },
    "nightly": {
        "plain": post(""),
        "with a time": post(
            "",
            "X-CloudScheduler-JobName: show",
            "X-CloudScheduler-ScheduleTime: 2024-02-29T01:02:03Z",
        ),
        "an error": post("", "X-CloudScheduler-JobName: fail"),
        "GET": ask("GET", "/", ID),
    },
}

_EVENTS = {
    "ordered": {
        "a message": _event(
            "google.cloud.pubsub.topic.v1.messagePublished",
            {"message": _PUSHED, "subscription": "projects/p/subscriptions/s"},
            source="//pubsub.googleapis.com/projects/p/topics/orders",
        ),
        "a message without the older names": _event(
            "google.cloud.pubsub.topic.v1.messagePublished",
            {"message": _MESSAGE, "subscription": "projects/p/subscriptions/s"},
        ),
        "a legacy message": json_post(LEGACY["pubsub"]),
        "GET": ask("GET", "/", ID),
        "text": post("text", "Content-Type: text/plain"),
    },
    "stored": {
        "an object": _event("google.cloud.storage.object.v1.finalized", _OBJECT),
        "too little": _event("google.cloud.storage.object.v1.finalized", {"name": "a"}),
    },
    "noted": {
        "a value": _event(
            "google.firebase.database.ref.v1.written",
            {"data": None, "delta": {"name": "Ada"}},
            source="//firebasedatabase.googleapis.com/projects/_/locations/us-central1"
            "/instances/i",
            subject="refs/users/ada",
            ref="users/ada",
            instance="i",
            firebasedatabasehost="firebaseio.com",
            location="us-central1",
        )
    },
    "created": {
        "a document": binary(_CREATED, _DOCUMENT, content="application/protobuf"),
        "JSON": binary(_CREATED, {}),
    },
    "sold": {
        "an event": _event("shop.sold", {"number": 7}),
        "without a subject": binary(
            {k: v for k, v in ATTRIBUTES.items() if k != "subject"}, {"number": 7}
        ),
    },
    "configured": {
        "an update": _event(
            "google.firebase.remoteconfig.remoteConfig.v1.updated",
            {
                "versionNumber": 2,
                "updateTime": "2020-09-29T11:32:00.000Z",
                "updateUser": {"name": "a", "email": "b", "imageUrl": "c"},
                "description": "d",
                "updateOrigin": "CONSOLE",
                "updateType": "INCREMENTAL_UPDATE",
            },
        )
    },
    "tried": {
        "too little": _event("google.firebase.testlab.testMatrix.v1.completed", {})
    },
    "alarmed": {
        "an alert": _event(
            "google.firebase.firebasealerts.alerts.v1.published",
            {
                "createTime": "2020-09-29T11:32:00.000Z",
                "endTime": "2020-09-29T11:33:00.000Z",
                "payload": {
                    "issue": {
                        "id": "1",
                        "title": "t",
                        "subtitle": "s",
                        "appVersion": "2",
                    }
                },
            },
            alerttype="crashlytics.newFatalIssue",
            appid="app",
        )
    },
    "quiet": {
        "a message": _event(
            "google.cloud.pubsub.topic.v1.messagePublished",
            {"message": _PUSHED, "subscription": "projects/p/subscriptions/s"},
        )
    },
}

ROWS = [
    *(
        Row(f"firebase {target}: {name}", "firebase", target, parts)
        for target, requests in _HTTP.items()
        for name, parts in requests.items()
    ),
    *(
        Row(
            f"firebase {target}: {name}",
            "firebase",
            target,
            parts,
            signature_type="cloudevent",
            env=_EMULATED if target == "created" else (),
        )
        for target, requests in _EVENTS.items()
        for name, parts in requests.items()
    ),
]
