"""Encode sample events as HTTP requests, in the form that a function takes."""

from __future__ import annotations

import enum
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from funclens.errors import UsageError
from funclens.model import SignatureType
from funclens.requests.samples.event import Event, SampleRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.model import Function
    from funclens.requests.samples.event import Legacy
    from funclens.requests.samples.hints import Hints

__all__ = ["Mode", "default_mode", "encode", "modes_of"]

_JSON = "application/json"
_PROTOBUF_ADVICE = (
    "Production sends the data of this event as protocol buffers, not as JSON. "
    "--mode protobuf does the same."
)
_UNQUOTED = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')
"""Characters that need no percent-encoding in a CloudEvent header."""


class Mode(str, enum.Enum):
    """Delivery form of an event."""

    BINARY = "binary"
    """CloudEvent: attributes in headers, JSON data as the body."""
    STRUCTURED = "structured"
    """CloudEvent: attributes and data in one JSON object."""
    PROTOBUF = "protobuf"
    """CloudEvent: attributes in headers, protocol buffers data as the body."""
    LEGACY = "legacy"
    """1st gen: `{"context": …, "data": …}`."""
    PUSH = "push"
    """Request of a Pub/Sub push subscription; the topic is in the path."""


def modes_of(event: Event) -> tuple[Mode, ...]:
    """Return the modes in which an event can be delivered."""
    found = [Mode.BINARY, Mode.STRUCTURED]
    found += [Mode.PROTOBUF] if event.protobuf is not None else []
    found += [Mode.LEGACY] if event.legacy is not None else []
    found += [Mode.PUSH] if event.topic else []
    return tuple(found)


def default_mode(event: Event, function: Function, hints: Hints) -> Mode:
    """Return the mode that fits a function best.

    CloudEvent functions get CloudEvents, with protocol buffers data if the event has
    it and the function decodes it. Background functions get the 1st gen form. HTTP
    functions get what a push subscription would send.
    """
    kind = function.signature_type
    if kind is SignatureType.EVENT:
        return Mode.LEGACY if event.legacy is not None else Mode.BINARY
    if kind is SignatureType.CLOUDEVENT:
        decodes = function.provider == "firebase" or hints.reads_protobuf
        return Mode.PROTOBUF if event.protobuf and decodes else Mode.BINARY
    return Mode.PUSH if event.topic else Mode.BINARY


def encode(event: Event, function: Function, mode: Mode) -> SampleRequest:
    """Return the request that delivers an event to a function.

    Raises UsageError if the event has no such mode.
    """
    request = _encoded(event, function, mode)
    is_other = mode in {Mode.BINARY, Mode.STRUCTURED} and event.protobuf is not None
    if is_other and function.signature_type is SignatureType.CLOUDEVENT:
        return replace(request, advice=_PROTOBUF_ADVICE)
    return request


def _encoded(event: Event, function: Function, mode: Mode) -> SampleRequest:
    possible = modes_of(event)
    if mode not in possible:
        names = ", ".join(item.value for item in possible)
        raise UsageError(
            f"'{event.type}' has no mode '{mode.value}'", hint=f"use one of: {names}"
        )
    if mode is Mode.STRUCTURED:
        return _structured(event)
    if mode is Mode.LEGACY and event.legacy is not None:
        return _legacy(event, event.legacy)
    if mode is Mode.PUSH:
        # Push subscriptions send to an HTTP function's own URL.
        over_http = function.signature_type in {SignatureType.HTTP, SignatureType.TYPED}
        path = "/" if over_http else f"/{event.topic}"
        return _request(event.data, {}, "a push request of a subscription", path)
    headers = {f"ce-{name}": _quoted(value) for name, value in _attributes(event)}
    if mode is Mode.PROTOBUF and event.protobuf is not None:
        headers["ce-dataschema"] = event.protobuf_schema
        headers["Content-Type"] = "application/protobuf"
        form = "a CloudEvent in binary mode with protocol buffers data"
        return SampleRequest(event.protobuf, headers, form=form)
    return _request(event.data, headers, "a CloudEvent in binary mode")


def _structured(event: Event) -> SampleRequest:
    whole = dict(_attributes(event))
    whole |= {"datacontenttype": _JSON, "data": event.data}
    headers = {"Content-Type": "application/cloudevents+json"}
    return _request(whole, headers, "a CloudEvent in structured mode")


def _legacy(event: Event, legacy: Legacy) -> SampleRequest:
    context = {
        "eventId": event.id,
        "timestamp": event.time,
        "eventType": legacy.event_type,
        "resource": legacy.resource,
    }
    whole = {"context": context, "data": legacy.data, **legacy.beside}
    return _request(whole, {}, "a 1st gen event")


def _attributes(event: Event) -> list[tuple[str, str]]:
    pairs = [
        ("specversion", "1.0"),
        ("id", event.id),
        ("source", event.source),
        ("type", event.type),
        ("time", event.time),
    ]
    pairs += [("subject", event.subject)] if event.subject else []
    return [*pairs, *event.extensions.items()]


def _request(
    value: Any, headers: Mapping[str, str], form: str, path: str = "/"
) -> SampleRequest:
    body = json.dumps(value, ensure_ascii=False).encode()
    return SampleRequest(body, {"Content-Type": _JSON, **headers}, path, form=form)


def _quoted(value: str) -> str:
    return quote(value, safe=_UNQUOTED)
