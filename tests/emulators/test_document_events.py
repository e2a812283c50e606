"""Events of the Firestore emulator, changed into what production sends."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING

import pytest

from funclens.model import SignatureType
from funclens.runner.emulators.sources.document_events import (
    identity_of,
    request_of_event,
)
from funclens.runner.emulators.sources.documents import DocumentWire, document_wires
from funclens.runner.emulators.sources.trigger_listener import (
    PostedEvent,
    TriggerListener,
)
from source_tree import catalog_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "//firestore.googleapis.com/projects/{}demo/databases/(default)"


def test_base64_and_the_doubled_source_are_corrected() -> None:
    posted = PostedEvent(
        "t",
        (
            ("ce-id", "1"),
            ("ce-source", DATABASE.format("projects/")),
            ("content-type", "application/protobuf"),
            ("host", "127.0.0.1"),
        ),
        base64.b64encode(b"\x0a\x01\xff"),
    )

    request = request_of_event(posted)

    assert request.body == b"\x0a\x01\xff"
    assert dict(request.headers) == {
        "ce-id": "1",
        "ce-source": DATABASE.format(""),
        "Content-Type": "application/protobuf",
    }


def test_protocol_buffers_that_are_not_base64_stay() -> None:
    headers = (("ce-id", "1"), ("content-type", "application/protobuf"))

    assert request_of_event(PostedEvent("t", headers, b"\x0a\xff")).body == b"\x0a\xff"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"context": 1}', b"\xff"])
def test_a_broken_body_is_passed_on_as_it_is(body: bytes) -> None:
    posted = PostedEvent("t", (("content-type", "application/json"),), body)

    assert request_of_event(posted).body == body
    assert identity_of(posted) == ("", "")


def test_the_resource_of_a_first_generation_event_is_its_name() -> None:
    context = {
        "eventId": "7",
        "eventType": "providers/cloud.firestore/eventTypes/document.write",
        "resource": {"name": "projects/p/x", "service": "firestore.googleapis.com"},
    }
    body = json.dumps({"data": {}, "context": context}).encode()
    posted = PostedEvent("t", (), body)

    sent = json.loads(request_of_event(posted).body)

    assert sent["context"]["resource"] == "projects/p/x"
    assert identity_of(posted) == (context["eventType"], "7")


def test_the_event_type_is_that_of_the_functions_generation(tmp_path: Path) -> None:
    main = "def f(data, context): ...\ndef g(cloud_event): ...\n"
    flags = (
        "--trigger-event=providers/cloud.firestore/eventTypes/document.{} "
        "--trigger-resource='projects/p/databases/(default)/documents/a/{{id}}'\n"
    )
    deploy = "gcloud functions deploy {} --source . " + flags
    write_tree(
        tmp_path,
        {
            "main.py": main,
            "deploy.sh": deploy.format("f", "update") + deploy.format("g", "create"),
        },
    )
    catalog = catalog_of(tmp_path)

    assert [f.signature_type for f in catalog.functions] == [
        SignatureType.EVENT,
        SignatureType.CLOUDEVENT,
    ]
    assert document_wires(catalog) == {
        DocumentWire(
            "main.f", "providers/cloud.firestore/eventTypes/document.update", "a/{id}"
        ),
        DocumentWire("main.g", "google.cloud.firestore.document.v1.created", "a/{id}"),
    }


def test_the_listener_answers_several_requests_of_a_connection() -> None:
    seen: list[PostedEvent] = []

    async def take(event: PostedEvent) -> int:
        seen.append(event)
        return 200 if event.trigger == "known" else 404

    async def converse() -> bytes:
        listener = TriggerListener(take)
        host, _, port = (await listener.open()).rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        for name in ("known", "unknown"):
            head = f"POST /functions/projects/p/triggers/{name} HTTP/1.1\r\nHost: x\r\n"
            writer.write(f"{head}Content-Length: 2\r\nCE-Id: 1\r\n\r\nhi".encode())
        writer.write(b"nonsense\r\n\r\n")
        found = await reader.read()
        writer.close()
        listener.close()
        return found

    answers = asyncio.run(converse())

    assert [event.trigger for event in seen] == ["known", "unknown"]
    assert seen[0].header("ce-id") == "1"
    assert seen[0].body == b"hi"
    assert answers.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 404" in answers
