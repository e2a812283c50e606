"""Reads and writes spans in OTLP. Pure.

JSON always; protobuf if the package `opentelemetry-proto` is installed.

https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

from funclens.runner.tracing.spans import Span, rfc3339_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "NoProtobufError",
    "encode_json",
    "read_json",
    "read_protobuf",
    "reads_protobuf",
]

MOST_SPANS = 5_000
"""Maximum number of spans of one export."""

_LONGEST = 2_000
"""Maximum characters of a text."""
_MOST_ATTRIBUTES = 64
_MOST_EVENTS = 32
_DEEPEST = 4
_LATEST = 1 << 63
"""Nanoseconds since the epoch; later times are wrong."""
_KINDS = ("internal", "internal", "server", "client", "producer", "consumer")
_STATUS = ("unset", "ok", "error")
_VALUES = ("stringValue", "boolValue", "doubleValue", "bytesValue")
_HEX = re.compile(r"[0-9a-f]+")


class NoProtobufError(Exception):
    """The package that decodes protobuf is not installed."""


def reads_protobuf() -> bool:
    """Return whether `opentelemetry-proto` is installed."""
    from importlib.util import find_spec  # noqa: PLC0415 - with the setting only

    try:
        return find_spec("opentelemetry.proto.collector.trace.v1") is not None
    except ModuleNotFoundError:
        return False


def read_json(data: bytes) -> list[Span]:
    """Return the spans of an export in JSON. Raises ValueError if it isn't one."""
    try:
        return [*_spans(json.loads(data), _hex_id)]
    except (RecursionError, TypeError, AttributeError, LookupError) as error:
        raise ValueError(f"not an export of traces: {error}") from error


def read_protobuf(data: bytes) -> list[Span]:
    """Return the spans of an export in protobuf.

    Raises ValueError if it isn't one, NoProtobufError if it can't be decoded here.
    """
    try:
        from google.protobuf.json_format import MessageToDict  # noqa: PLC0415
        from google.protobuf.message import DecodeError  # noqa: PLC0415
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415
            ExportTraceServiceRequest,
        )
    except ImportError as error:
        raise NoProtobufError from error
    try:
        message = ExportTraceServiceRequest.FromString(data)
        return [*_spans(MessageToDict(message), _base64_id)]
    except (DecodeError, RecursionError, TypeError, AttributeError) as error:
        raise ValueError(f"not an export of traces: {error}") from error


def encode_json(spans: Iterable[Span], service: str) -> bytes:
    """Return an export of spans that a service has recorded."""
    encoded = [
        {
            "traceId": span.trace_id,
            "spanId": span.span_id,
            "parentSpanId": span.parent_id or "",
            "name": span.name,
            "kind": _KINDS.index(span.kind, 1),
            "startTimeUnixNano": str(span.start),
            "endTimeUnixNano": str(span.end),
            "attributes": [_attribute(*item) for item in span.attributes.items()],
            "status": {"code": _STATUS.index(span.status), "message": span.message},
        }
        for span in spans
    ]
    scope = {"scope": {"name": "funclens"}, "spans": encoded}
    resource = {"attributes": [_attribute("service.name", service)]}
    value = {"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]}
    return json.dumps(value).encode()


def _attribute(key: str, value: Any) -> dict[str, Any]:
    if isinstance(value, int):
        return {"key": key, "value": {"intValue": str(value)}}
    return {"key": key, "value": {"stringValue": str(value)}}


def _spans(value: Any, read_id: Callable[[Any, int], str]) -> Iterator[Span]:
    count = 0
    for resource in value.get("resourceSpans", ()):
        attributes = _attributes(resource.get("resource", {}).get("attributes", ()))
        service = str(attributes.get("service.name", ""))
        for scope in resource.get("scopeSpans", ()):
            name = _text(scope.get("scope", {}).get("name", ""))
            for span in scope.get("spans", ()):
                count += 1
                if count > MOST_SPANS:
                    return
                yield _span(span, read_id, service, name)


def _span(
    value: Any, read_id: Callable[[Any, int], str], service: str, scope: str
) -> Span:
    status = value.get("status", {})
    parent = value.get("parentSpanId")
    return Span(
        trace_id=read_id(value["traceId"], 32),
        span_id=read_id(value["spanId"], 16),
        parent_id=read_id(parent, 16) if parent else None,
        name=_text(value.get("name", "")),
        kind=_enum(value.get("kind", 0), _KINDS, "SPAN_KIND_"),
        start=_time(value.get("startTimeUnixNano", 0)),
        end=_time(value.get("endTimeUnixNano", 0)),
        status=_enum(status.get("code", 0), _STATUS, "STATUS_CODE_"),
        message=_text(status.get("message", "")),
        service=service,
        scope=scope,
        attributes=_attributes(value.get("attributes", ())),
        events=tuple(
            {
                "name": _text(event.get("name", "")),
                "at": rfc3339_ns(_time(event.get("timeUnixNano", 0))),
                "attributes": _attributes(event.get("attributes", ())),
            }
            for event in value.get("events", ())[:_MOST_EVENTS]
        ),
    )


def _attributes(items: Any, depth: int = 0) -> dict[str, Any]:
    return {
        _text(item["key"]): _value(item.get("value", {}), depth)
        for item in items[:_MOST_ATTRIBUTES]
    }


def _value(value: Any, depth: int) -> Any:
    """Return a value as plain JSON, shortened."""
    for kind in _VALUES:
        if kind in value:
            found = value[kind]
            return _text(found) if isinstance(found, str) else found
    if "intValue" in value:
        return int(_text(value["intValue"]))
    if depth >= _DEEPEST:
        return "…"
    if "arrayValue" in value:
        items = value["arrayValue"].get("values", ())[:_MOST_ATTRIBUTES]
        return [_value(item, depth + 1) for item in items]
    if "kvlistValue" in value:
        return _attributes(value["kvlistValue"].get("values", ()), depth + 1)
    return None


def _hex_id(value: Any, digits: int) -> str:
    text = str(value).lower()
    if len(text) != digits or not _HEX.fullmatch(text):
        raise ValueError(f"not an id of {digits} hexadecimal digits: {text[:40]!r}")
    return text


def _base64_id(value: Any, digits: int) -> str:
    return _hex_id(base64.b64decode(value).hex(), digits)


def _enum(value: Any, names: tuple[str, ...], prefix: str) -> str:
    if isinstance(value, str):
        name = value.removeprefix(prefix).lower()
        return name if name in names else names[0]
    return names[value] if value in range(len(names)) else names[0]


def _time(value: Any) -> int:
    at = int(value)
    if not 0 <= at < _LATEST:
        raise ValueError("not a time in nanoseconds")
    return at


def _text(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
