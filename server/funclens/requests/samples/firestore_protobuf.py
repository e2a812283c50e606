"""Firestore event data as protocol buffers, as production sends it.

The message is google.events.cloud.firestore.v1.DocumentEventData, built from the JSON
form of 1st gen events.
"""

from __future__ import annotations

import base64
import struct
from datetime import datetime
from typing import TYPE_CHECKING, Any

from funclens.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["SCHEMA", "encode"]

SCHEMA = (
    "https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/"
    "cloud/firestore/v1/data.proto"
)

_VARINT, _FIXED64, _LENGTH = 0, 1, 2
"""Wire types of protocol buffers."""


def encode(data: Mapping[str, Any]) -> bytes:
    """Encode a DocumentEventData message.

    `data` is its JSON form: `value` and `oldValue` are documents with typed `fields`;
    an empty one is omitted. Raises UsageError for other shapes.
    """
    try:
        return (
            _document(1, data.get("value") or {})
            + _document(2, data.get("oldValue") or {})
            + _mask(3, data.get("updateMask") or {})
        )
    except (AttributeError, KeyError, TypeError, ValueError, struct.error) as error:
        raise UsageError(
            f"not the data of a Firestore event: {error!r}",
            hint="give each field its type, as in "
            '{"value": {"fields": {"visits": {"integerValue": "4"}}}}',
        ) from error


def _document(number: int, document: Mapping[str, Any]) -> bytes:
    if not document:
        return b""
    body = _text(1, document.get("name", ""))
    body += _fields(2, document.get("fields", {}))
    for position, key in ((3, "createTime"), (4, "updateTime")):
        if key in document:
            body += _bytes(position, _timestamp(document[key]))
    return _bytes(number, body)


def _mask(number: int, mask: Mapping[str, Any]) -> bytes:
    paths = mask.get("fieldPaths", ())
    body = b"".join(_bytes(1, path.encode()) for path in paths)
    return _bytes(number, body) if body else b""


def _fields(number: int, fields: Mapping[str, Any]) -> bytes:
    return b"".join(
        _bytes(number, _text(1, key) + _bytes(2, _value(value)))
        for key, value in fields.items()
    )


def _value(value: Mapping[str, Any]) -> bytes:
    ((kind, content),) = value.items()
    return _ENCODERS[kind](content)


def _array(content: Mapping[str, Any]) -> bytes:
    values = content.get("values", ())
    return _bytes(9, b"".join(_bytes(1, _value(item)) for item in values))


def _point(content: Mapping[str, Any]) -> bytes:
    body = _double(1, content.get("latitude", 0))
    return _bytes(8, body + _double(2, content.get("longitude", 0)))


def _timestamp(text: str) -> bytes:
    instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
    nanoseconds = instant.microsecond * 1000
    seconds = int(instant.replace(microsecond=0).timestamp())
    return _integer(1, seconds) + (_integer(2, nanoseconds) if nanoseconds else b"")


_ENCODERS: Mapping[str, Callable[[Any], bytes]] = {
    "nullValue": lambda _: _integer(11, 0),
    "booleanValue": lambda content: _integer(1, int(content)),
    "integerValue": lambda content: _integer(2, int(content)),
    "doubleValue": lambda content: _double(3, float(content)),
    "timestampValue": lambda content: _bytes(10, _timestamp(content)),
    "stringValue": lambda content: _bytes(17, content.encode()),
    "bytesValue": lambda content: _bytes(18, base64.b64decode(content)),
    "referenceValue": lambda content: _bytes(5, content.encode()),
    "geoPointValue": _point,
    "arrayValue": _array,
    "mapValue": lambda content: _bytes(6, _fields(1, content.get("fields", {}))),
}
"""Encoders by JSON key of a value."""


def _tag(number: int, wire_type: int) -> bytes:
    return _varint(number << 3 | wire_type)


def _varint(value: int) -> bytes:
    """Encode a varint; negative numbers as 64-bit two's complement."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def _integer(number: int, value: int) -> bytes:
    return _tag(number, _VARINT) + _varint(value)


def _double(number: int, value: float) -> bytes:
    return _tag(number, _FIXED64) + struct.pack("<d", value)


def _bytes(number: int, content: bytes) -> bytes:
    return _tag(number, _LENGTH) + _varint(len(content)) + content


def _text(number: int, text: str) -> bytes:
    return _bytes(number, text.encode()) if text else b""
