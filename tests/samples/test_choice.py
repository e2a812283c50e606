"""What a function's own text says about its event, and how the event travels."""

from __future__ import annotations

from dataclasses import replace

import pytest

from funclens.errors import UsageError
from funclens.model import SignatureType, Trigger
from funclens.requests.reads import Passes
from funclens.requests.samples import (
    Hints,
    Mode,
    build_request,
    default_mode,
    default_type,
    encode,
    find_type,
    hints_of,
)
from samples.delivery import (
    INPUTS,
    TAKES_CLOUD_EVENT,
    TAKES_EVENT,
    TAKES_JSON,
    TAKES_REQUEST,
    function,
)


def event_for(text: str, kind: SignatureType) -> str:
    passes = Passes.REQUEST if kind is SignatureType.HTTP else Passes.CLOUD_EVENT
    return default_type(function("f", kind), hints_of(text, 1, passes)).name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def f(event): ...", "pubsub"),
        ("def f(e):\n  print(base64.b64decode(e.data['message']['data']))", "pubsub"),
        ("def f(e):\n  print(e.data['bucket'])", "storage.finalized"),
        (
            "def f(e):\n  pubsub.publish(TOPIC, e.data['bucket'])",
            "storage.finalized",
        ),
        ("def hello_gcs(e): ...", "storage.finalized"),
        ("def hello_pubsub(e): ...", "pubsub"),
        ("def f(e):\n  x = firestore.DocumentEventData()", "firestore.written"),
        ("def f(e):\n  print(e.data['oldValue'])", "firestore.written"),
        ("def f(e):\n  print(e.data['delta'])", "database.written"),
        ("def f(e):\n  print(e.data['uid'])", "auth.created"),
    ],
)
def test_the_code_of_an_event_function_chooses_the_event(text: str, name: str) -> None:
    assert event_for(text, SignatureType.CLOUDEVENT) == name


def test_the_code_of_an_http_function_chooses_the_event() -> None:
    http = SignatureType.HTTP
    job = "def f(r):\n  print(r.headers['X-CloudScheduler-JobName'])"
    task = "def f(r):\n  print(r.headers['X-CloudTasks-TaskName'])"
    push = "def f(r):\n  print(r.get_json()['message']['data'])"

    assert event_for(job, http) == "scheduler"
    assert event_for(task, http) == "tasks"
    assert event_for(push, http) == "pubsub"


@pytest.mark.parametrize(
    "text",
    [
        "def f(r):\n  print(base64.b64decode(r.get_data()))",
        "def f(r):\n  return r.get_json()['message']",
        "def f(r):\n  storage.Client().bucket(r.args['bucket'])",
        "def f(r):\n  pubsub.publish(TOPIC, r.get_json()['uid'])",
    ],
)
def test_what_an_http_function_uses_is_no_sign_of_an_event(text: str) -> None:
    with pytest.raises(UsageError, match="no default event for"):
        event_for(text, SignatureType.HTTP)


def test_functions_without_a_default_event_are_an_error() -> None:
    with pytest.raises(UsageError, match="no default event for"):
        event_for("def f(request): ...", SignatureType.HTTP)
    with pytest.raises(UsageError, match="is a typed function"):
        event_for("def f(value): ...", SignatureType.TYPED)


def test_only_the_code_of_the_function_counts() -> None:
    """A neighbour's text is not read, and a text that does not parse says nothing."""
    two = "def f(e): ...\n\ndef g(e):\n  print(e.data['bucket'])"

    assert event_for(two, SignatureType.CLOUDEVENT) == "pubsub"
    assert hints_of("def f(:", 1) == Hints()
    assert hints_of(two, 99) == Hints()


def test_options_are_read_from_the_decorator() -> None:
    text = (
        "@alerts_fn.on_alert_published(alert_type=AlertType.BILLING_PLAN_UPDATE,\n"
        "                              app_id='1:2', secrets=['A'], **more)\n"
        "def f(e): ..."
    )

    assert hints_of(text, 3).options == {
        "alert_type": "BILLING_PLAN_UPDATE",
        "app_id": "1:2",
    }


def test_each_kind_of_function_gets_its_default_mode() -> None:
    message = find_type("pubsub").build(INPUTS)
    custom = find_type("eventarc").build(INPUTS)
    document = find_type("firestore").build(INPUTS)

    assert default_mode(message, TAKES_CLOUD_EVENT, Hints()) is Mode.BINARY
    assert default_mode(message, TAKES_EVENT, Hints()) is Mode.LEGACY
    assert default_mode(message, TAKES_REQUEST, Hints()) is Mode.PUSH
    assert default_mode(custom, TAKES_EVENT, Hints()) is Mode.BINARY
    assert default_mode(custom, TAKES_REQUEST, Hints()) is Mode.BINARY
    assert default_mode(document, TAKES_CLOUD_EVENT, Hints()) is Mode.BINARY


def test_a_function_that_decodes_protobuf_gets_protobuf() -> None:
    text = "from google.events.cloud import firestore\ndef f(e): ..."
    document = find_type("firestore").build(INPUTS)

    assert default_mode(document, TAKES_CLOUD_EVENT, hints_of(text, 2)) is Mode.PROTOBUF


def test_json_for_a_cloud_event_function_has_a_note() -> None:
    row = find_type("firestore")

    for mode, is_advised in ((Mode.BINARY, True), (Mode.PROTOBUF, False)):
        request = build_request(
            row, TAKES_CLOUD_EVENT, INPUTS, hints=Hints(), mode=mode
        )
        assert ("--mode protobuf" in request.advice) is is_advised


def test_unsupported_modes_are_an_error() -> None:
    def build(name: str, target: object, mode: Mode | None = None) -> None:
        row = find_type(name)
        build_request(row, target, INPUTS, hints=Hints(), mode=mode)  # type: ignore[arg-type]

    with pytest.raises(UsageError, match=r"has no mode 'legacy'$"):
        build("eventarc", TAKES_EVENT, Mode.LEGACY)
    with pytest.raises(UsageError, match="has no mode 'push'"):
        build("storage", TAKES_CLOUD_EVENT, Mode.PUSH)
    with pytest.raises(UsageError, match="is a plain HTTP request, but"):
        build("scheduler", TAKES_CLOUD_EVENT)
    with pytest.raises(UsageError, match="has no modes"):
        build("tasks", TAKES_JSON, Mode.BINARY)


def test_attributes_in_headers_are_percent_encoded() -> None:
    named = replace(INPUTS, payload='{"name": "größe 100%.txt"}'.encode())
    event = find_type("storage").build(named)
    request = encode(event, TAKES_CLOUD_EVENT, Mode.BINARY)

    assert request.headers["ce-subject"] == "objects/gr%C3%B6%C3%9Fe%20100%25.txt"


@pytest.mark.parametrize(
    ("event_type", "attributes", "name"),
    [
        (
            "google.cloud.storage.object.v1.deleted",
            (("bucket", "photos"),),
            "storage.deleted",
        ),
        ("google.storage.object.archive", (("bucket", "photos"),), "storage.archived"),
    ],
)
def test_a_declared_trigger_decides_and_its_bucket_is_used(
    event_type, attributes, name
):
    trigger = Trigger("storage", "deploy-file", event_type, attributes)
    item = replace(function("f", SignatureType.CLOUDEVENT), triggers=(trigger,))
    hints = hints_of("def f(event):\n  print(base64.b64decode(event))", 1)

    chosen = default_type(item, hints)
    request = build_request(chosen, item, INPUTS, hints=hints)

    assert chosen.name == name
    assert b'"bucket": "photos"' in request.body


def test_an_unknown_type_of_event_leaves_the_choice_to_the_code():
    trigger = Trigger("eventarc", "deploy-file", "com.example.made-up")
    item = replace(function("f", SignatureType.CLOUDEVENT), triggers=(trigger,))

    assert default_type(item, Hints()).name == "pubsub"
