"""Payload of a sample event, from what the receiving function reads of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from funclens.requests.reads import Coding, Passes, example_of, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.requests.reads import RequestReads, Shape

__all__ = ["attributes_of", "payload_of"]

_WHOLE = {"callable", "tasks.firebase", "eventarc"}
"""Events whose payload is all of the data that a function gets."""


def payload_of(
    event: str, reads: RequestReads | None, passes: Passes, usual: bytes
) -> bytes | None:
    """Return a payload with the keys that code reads.

    None if it reads none, or only those of the sample's `usual` payload.
    """
    shape = None if reads is None else _payload(event, reads, passes)
    if shape is None or not shape.has_parts:
        return None
    value = example_of(shape)
    try:
        known = json.loads(usual)
    except ValueError:
        known = None
    if isinstance(value, dict) and isinstance(known, dict):
        if value.keys() <= known.keys():
            return None
        value = {key: known.get(key, item) for key, item in value.items()}
    return json.dumps(value, indent=2, ensure_ascii=False).encode()


def _payload(event: str, reads: RequestReads, passes: Passes) -> Shape | None:
    """Return the JSON value that people edit as the event's payload."""
    if event == "pubsub":
        message = _message(reads, passes)
        data = None if message is None else message.fields.get("data")
        inner = None if data is None else data.decoded.get(Coding.BASE64)
        return None if inner is None else inner.decoded.get(Coding.JSON)
    if event in _WHOLE and passes is not Passes.REQUEST:
        return reads.body
    return reads.json if event in {"tasks", "scheduler"} else None


def attributes_of(reads: RequestReads | None, passes: Passes) -> Mapping[str, str]:
    """Return the attributes of a Pub/Sub message that code reads."""
    message = None if reads is None else _message(reads, passes)
    found = None if message is None else message.fields.get("attributes")
    if found is None:
        return {}
    return {name: text_of(shape, name) for name, shape in found.all_fields().items()}


def _message(reads: RequestReads, passes: Passes) -> Shape | None:
    if passes is Passes.DATA:
        return reads.body
    root = reads.json if passes is Passes.REQUEST else reads.body
    return None if root is None else root.fields.get("message")
