"""Firestore: a document is created, updated or deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from funclens.requests.samples import firestore_protobuf
from funclens.requests.samples.event import PROJECT, REGION, Event, Legacy, timestamp
from funclens.requests.samples.path_patterns import fill

if TYPE_CHECKING:
    from funclens.requests.samples.event import Inputs

__all__ = ["LEGACY_TYPES", "document_changed", "to_value"]

LEGACY_TYPES = {
    "written": "providers/cloud.firestore/eventTypes/document.write",
    "created": "providers/cloud.firestore/eventTypes/document.create",
    "updated": "providers/cloud.firestore/eventTypes/document.update",
    "deleted": "providers/cloud.firestore/eventTypes/document.delete",
}
"""1st gen event types, by the last word of the CloudEvent type."""

_SCALARS: Mapping[type, str] = {
    bool: "booleanValue",
    float: "doubleValue",
    str: "stringValue",
    type(None): "nullValue",
}
_BEFORE = {"name": "Ada Lovelace", "visits": 3}
_AFTER = {"name": "Ada Lovelace", "visits": 4}


def document_changed(
    inputs: Inputs, change: str, *, with_auth_context: bool = False
) -> Event:
    """Return a change of one document.

    The payload is the document's fields as plain JSON, or the whole event data,
    recognized by `value` or `oldValue` with typed `fields`.
    """
    database = inputs.options.get("database", "(default)")
    path = fill(inputs.options.get("document", "users/{userId}"))
    resource = f"projects/{PROJECT}/databases/{database}"
    data = _data(inputs, change, f"{resource}/documents/{path}")
    extensions = {
        "project": PROJECT,
        "database": database,
        "namespace": inputs.options.get("namespace", "(default)"),
        "document": path,
        "location": REGION,
    }
    kind = f"google.cloud.firestore.document.v1.{change}"
    if with_auth_context:
        kind += ".withAuthContext"
        extensions |= {"authtype": "app_user", "authid": "sample-user"}
    legacy = Legacy(LEGACY_TYPES[change], f"{resource}/documents/{path}", data)
    return Event(
        id=inputs.id,
        time=inputs.stamp,
        type=kind,
        source=f"//firestore.googleapis.com/{resource}",
        subject=f"documents/{path}",
        extensions=extensions,
        data=data,
        legacy=None if with_auth_context else legacy,
        protobuf=firestore_protobuf.encode(data),
        protobuf_schema=firestore_protobuf.SCHEMA,
    )


def to_value(value: Any) -> dict[str, Any]:
    """Convert a plain JSON value to Firestore's typed form.

    Example: 3 becomes `{"integerValue": "3"}`.
    """
    if isinstance(value, Mapping):
        return {"mapValue": {"fields": _to_fields(value)}}
    if isinstance(value, list):
        return {"arrayValue": {"values": [to_value(item) for item in value]}}
    if isinstance(value, int) and not isinstance(value, bool):
        return {"integerValue": str(value)}
    return {_SCALARS[type(value)]: value}


def _data(inputs: Inputs, change: str, name: str) -> dict[str, Any]:
    usual = _BEFORE if change in {"created", "deleted"} else _AFTER
    given = inputs.fields({}, shown=usual)
    if any(_is_document(given.get(key)) for key in ("value", "oldValue")):
        return given
    created = timestamp(inputs.time - timedelta(days=1))
    if change == "deleted":
        old = _document(name, given or _BEFORE, created, created)
        return {"oldValue": old, "value": {}}
    if change == "created":
        new = _document(name, given or _BEFORE, inputs.stamp, inputs.stamp)
        return {"oldValue": {}, "value": new}
    after = given or _AFTER
    return {
        "oldValue": _document(name, _BEFORE, created, created),
        "updateMask": {"fieldPaths": _changed(_BEFORE, after)},
        "value": _document(name, after, created, inputs.stamp),
    }


def _document(
    name: str, fields: Mapping[str, Any], created: str, updated: str
) -> dict[str, Any]:
    return {
        "name": name,
        "fields": _to_fields(fields),
        "createTime": created,
        "updateTime": updated,
    }


def _to_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: to_value(value) for key, value in fields.items()}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    names = {*before, *after}
    return sorted(key for key in names if before.get(key) != after.get(key))


def _is_document(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("fields"), Mapping)
