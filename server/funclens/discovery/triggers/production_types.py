"""Event types of production, and the triggers that events of each type come from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.model import Trigger

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PUBSUB", "STORAGE_FINALIZED", "event_trigger", "kind_of", "short_name"]

PUBSUB = "google.cloud.pubsub.topic.v1.messagePublished"
STORAGE_FINALIZED = "google.cloud.storage.object.v1.finalized"

_KINDS = (
    (r"google\.(?:cloud\.)?pubsub\.topic\.|providers/cloud\.pubsub/", "pubsub"),
    (r"google\.(?:cloud\.)?storage\.object\.|providers/cloud\.storage/", "storage"),
    (r"google\.cloud\.firestore\.|providers/cloud\.firestore/", "firestore"),
    (r"(?:google|providers/google)\.firebase\.database[./]", "database"),
    (r"google\.firebase\.auth\.|providers/firebase\.auth/", "auth"),
    (r"providers/cloud\.auth/", "identity"),
    (r"(?:google|providers/google)\.firebase\.analytics[./]", "analytics"),
    (
        r"google\.firebase\.remoteconfig\.|(?:providers/)?(?:google\.)?firebase\.remoteconfig[./]",
        "remote-config",
    ),
    (r"google\.(?:firebase\.)?testlab?\.|google\.testing\.", "test-lab"),
    (r"google\.firebase\.firebasealerts\.", "alerts"),
    (r"google\.firebase\.dataconnect\.", "data-connect"),
    (r"google\.cloud\.audit\.log\.", "audit-log"),
)
_KNOWN = tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in _KINDS)

_ATTRIBUTES = {
    "pubsub": ("topic",),
    "storage": ("bucket",),
    "firestore": ("document", "database", "namespace"),
    "database": ("reference", "instance"),
    "alerts": ("alert_type", "app_id"),
    "data-connect": ("service", "connector", "operation"),
}
"""Names of event attributes that say which events of a kind call the function."""
_SPELLED = {"ref": "reference", "alerttype": "alert_type", "appid": "app_id"}
_DOCUMENT = re.compile(r"(?:.*/)?databases/([^/]+)/documents/(.+)")
_REFERENCE = re.compile(r"(?:.*/)?instances/([^/]+)/refs/(.+)")


def kind_of(event_type: str) -> str:
    """Return the kind of trigger for events of a type; `eventarc` for unknown ones."""
    return next((kind for known, kind in _KNOWN if known.match(event_type)), "eventarc")


def short_name(resource: str) -> str:
    """Return the last part of a resource name such as `projects/p/topics/orders`."""
    return resource.rstrip("/").rpartition("/")[2]


def event_trigger(
    event_type: str,
    *,
    resource: str = "",
    filters: Mapping[str, str] | None = None,
    retry: bool | None = None,
    origin: str = "deploy-file",
) -> Trigger:
    """Return the trigger for events of a type.

    `resource` is a topic, bucket or full resource name; `filters` are event
    attributes and their values or patterns, without the type.
    """
    kind = kind_of(event_type)
    known = _of_resource(kind, resource)
    others: dict[str, str] = {}
    for name, value in (filters or {}).items():
        spelled = _SPELLED.get(name, name)
        if spelled in _ATTRIBUTES.get(kind, ()):
            known[spelled] = _cleaned(spelled, value)
        else:
            others[name] = value
    return Trigger(
        kind,
        origin,
        event_type,
        tuple((name, value) for name, value in known.items() if value),
        tuple(others.items()),
        retry,
    )


def _of_resource(kind: str, resource: str) -> dict[str, str]:
    """Return what a resource says; nothing if it isn't one of that kind."""
    if not resource:
        return {}
    if kind in {"pubsub", "storage"}:
        return {_ATTRIBUTES[kind][0]: short_name(resource.removeprefix("gs://"))}
    if kind == "firestore" and (match := _DOCUMENT.fullmatch(resource)):
        return {"document": _cleaned("document", match[2]), "database": match[1]}
    if kind == "database" and (match := _REFERENCE.fullmatch(resource)):
        return {"reference": _cleaned("reference", match[2]), "instance": match[1]}
    return {}


def _cleaned(name: str, value: str) -> str:
    if name == "topic":
        return short_name(value)
    if name in {"document", "reference"}:
        return value.strip().strip("'\"").strip("/")
    return value.strip().strip("'\"")
