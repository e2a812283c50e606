"""Events of the Firestore emulator as requests in production's form."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING

from funclens.requests.request import Request

if TYPE_CHECKING:
    from funclens.runner.emulators.sources.trigger_listener import PostedEvent

__all__ = ["identity_of", "request_of_event"]

_PROTOBUF = "application/protobuf"


def request_of_event(event: PostedEvent) -> Request:
    """Return the request that production sends for an event of the emulator.

    The emulator sends the message of a 2nd gen event as base64 text, and a source
    with `projects/projects/`.
    """
    body, kind = event.body, event.header("content-type") or "application/json"
    headers = [
        (name, value.replace("/projects/projects/", "/projects/", 1))
        for name, value in event.headers
        if name.startswith("ce-")
    ]
    if headers and kind.startswith(_PROTOBUF):
        try:
            body = base64.b64decode(body, validate=True)
        except binascii.Error:
            body = event.body  # a later version may send what it says
    elif not headers:
        body = _first_generation(body)
    return Request("POST", "", (*headers, ("Content-Type", kind)), body)


def _first_generation(body: bytes) -> bytes:
    """Return a 1st gen event with the resource as its name alone, as in production."""
    try:
        value = json.loads(body)
        value["context"]["resource"] = value["context"]["resource"]["name"]
    except (ValueError, KeyError, TypeError):
        return body
    return json.dumps(value, ensure_ascii=False).encode()


def identity_of(event: PostedEvent) -> tuple[str, str]:
    """Return type and id of an event; empty if it has none."""
    if event.header("ce-id"):
        return event.header("ce-type"), event.header("ce-id")
    try:
        context = json.loads(event.body)["context"]
        return str(context["eventType"]), str(context["eventId"])
    except (ValueError, KeyError, TypeError):
        return "", ""
