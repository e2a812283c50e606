"""Names of events, and what a person's own data makes of them."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from funclens.errors import UsageError
from funclens.requests.samples import (
    TYPES,
    Event,
    Inputs,
    SampleRequest,
    find_type,
)
from funclens.requests.samples.firestore import to_value
from funclens.requests.samples.path_patterns import fill
from samples.delivery import INPUTS


def build(name: str, payload: Any = None, **options: str) -> Any:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    inputs = replace(INPUTS, options=options, payload=None if payload is None else raw)
    return find_type(name).build(inputs)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("pubsub", "pubsub"),
        ("google.cloud.pubsub.topic.v1.messagePublished", "pubsub"),
        ("google.pubsub.topic.publish", "pubsub"),
        ("storage", "storage.finalized"),
        ("storage.metadataUpdated", "storage.metadata-updated"),
        ("google.storage.object.delete", "storage.deleted"),
        ("google.cloud.storage.object.v1.archived", "storage.archived"),
        ("Firestore", "firestore.written"),
        ("providers/cloud.firestore/eventTypes/document.create", "firestore.created"),
        ("google.cloud.firestore.document.v1.updated", "firestore.updated"),
        ("google.firebase.database.ref.v1.deleted", "database.deleted"),
        ("providers/google.firebase.database/eventTypes/ref.write", "database.written"),
        ("auth.user.deleted", "auth.deleted"),
        ("crashlytics.velocity", "alerts.crashlytics.velocity"),
    ],
)
def test_an_event_is_found_by_all_its_names(word: str, name: str) -> None:
    assert find_type(word).name == name


def test_a_cloud_event_is_found_by_its_own_type() -> None:
    for row in TYPES:
        built = row.build(INPUTS)
        if isinstance(built, Event) and not row.name.startswith(("alerts", "eventarc")):
            assert find_type(built.type) is row


def test_an_event_of_the_first_generation_is_found_by_its_own_type() -> None:
    built = {row.name: row.build(INPUTS) for row in TYPES}
    legacy = {
        name: event.legacy.event_type
        for name, event in built.items()
        if isinstance(event, Event) and event.legacy
    }

    assert {name: find_type(kind).name for name, kind in legacy.items()} == {
        name: name for name in legacy
    }
    assert len(legacy) > 10


def test_an_unknown_event_gets_suggestions() -> None:
    with pytest.raises(
        UsageError, match=r"unknown event 'storage\.finalised'"
    ) as caught:
        find_type("storage.finalised")

    assert "did you mean storage.finalized" in caught.value.hint


def test_events_have_the_id_and_time_they_are_given() -> None:
    """Nothing reads a clock or invents an id."""
    for row in TYPES:
        assert row.build(INPUTS) == row.build(replace(INPUTS))
        other = row.build(replace(INPUTS, id="1"))
        if not isinstance(other, SampleRequest):
            assert other.id == "1"


def test_message_data_is_text_encoded_as_base64() -> None:
    event = build("pubsub", b"hello")

    assert base64.b64decode(event.data["message"]["data"]) == b"hello"
    assert base64.b64decode(event.legacy.data["data"]) == b"hello"


def test_fields_of_an_object_replace_those_of_the_sample() -> None:
    event = build("storage.finalized", {"name": "a/b c.txt", "metadata": {"k": "v"}})

    assert event.data["name"] == "a/b c.txt"
    assert event.data["id"].startswith("demo-project.appspot.com/a/b c.txt/")
    assert event.data["metadata"] == {"k": "v"}
    assert event.data["bucket"] == "demo-project.appspot.com"
    assert event.subject == "objects/a/b c.txt"
    assert event.legacy.resource["name"].endswith("/objects/a/b c.txt")


def test_a_document_is_given_as_plain_json() -> None:
    event = build("firestore.created", {"name": "Bo", "tags": ["a", 1], "ok": True})

    assert event.data["value"]["fields"] == {
        "name": {"stringValue": "Bo"},
        "tags": {
            "arrayValue": {"values": [{"stringValue": "a"}, {"integerValue": "1"}]}
        },
        "ok": {"booleanValue": True},
    }
    assert event.data["oldValue"] == {}


def test_an_update_says_which_fields_changed() -> None:
    event = build("firestore.updated", {"name": "Ada Lovelace", "age": 36})

    assert event.data["updateMask"] == {"fieldPaths": ["age", "visits"]}


def test_the_whole_data_of_a_document_event_is_kept() -> None:
    whole = {"value": {"fields": {"n": {"integerValue": "1"}}}, "oldValue": {}}

    assert build("firestore.created", whole).data == whole


def test_plain_values_get_the_types_of_firestore() -> None:
    assert to_value(None) == {"nullValue": None}
    assert to_value(1.5) == {"doubleValue": 1.5}
    assert to_value({"a": [False]}) == {
        "mapValue": {
            "fields": {"a": {"arrayValue": {"values": [{"booleanValue": False}]}}}
        }
    }


def test_a_value_is_before_or_after_its_change() -> None:
    assert build("database.created", 5).data == {"data": None, "delta": 5}
    assert build("database.deleted", 5).data == {"data": 5, "delta": None}
    assert build("database.written", 5).data["delta"] == 5


def test_a_user_has_the_given_fields() -> None:
    event = build("auth.created", {"uid": "u1", "email": "bo@example.com"})

    assert event.subject == "users/u1"
    assert event.legacy.data["email"] == "bo@example.com"


def test_bodies_of_jobs_and_tasks_are_sent_as_they_are() -> None:
    assert build("scheduler", b"run").body == b"run"
    assert build("scheduler", b"run").headers["Content-Type"] == (
        "application/octet-stream"
    )
    assert build("tasks", b"x=1").body == b"x=1"
    assert json.loads(build("tasks.firebase", {"a": 1}).body) == {"data": {"a": 1}}
    assert json.loads(build("callable", [1]).body) == {"data": [1]}


@pytest.mark.parametrize("name", ["storage", "firestore", "eventarc", "callable"])
def test_data_that_is_not_json_is_an_error(name: str) -> None:
    with pytest.raises(UsageError, match=r"must be JSON .*: \{a"):
        build(name, b"{a")


@pytest.mark.parametrize("name", ["storage", "auth", "remote-config", "test-lab"])
def test_data_that_is_not_an_object_is_an_error(name: str) -> None:
    with pytest.raises(UsageError, match=r"must be a JSON object: \[1"):
        build(name, [1])


def test_options_of_the_decorator_determine_the_event() -> None:
    assert (
        build("pubsub", topic="orders").topic == "projects/demo-project/topics/orders"
    )
    assert build("storage", bucket="b").source.endswith("/buckets/b")
    assert build("database", reference="/a/{b}").extensions["ref"] == "a/sample-b"


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("users/{userId}", "users/sample-userId"),
        ("/users/{userId=*}/posts/{rest=**}", "users/sample-userId/posts/sample-rest"),
        ("users/*", "users/sample"),
        ("users/**", "users/sample"),
        ("users/ada", "users/ada"),
    ],
)
def test_a_pattern_is_matched(pattern: str, path: str) -> None:
    assert fill(pattern) == path


def test_times_are_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    inputs = Inputs(id="1", time=datetime(2024, 11, 5, 12, 0, tzinfo=east))

    assert find_type("pubsub").build(inputs).time == "2024-11-05T10:00:00.000Z"
