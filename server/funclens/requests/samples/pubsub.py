"""Pub/Sub: a message is published to a topic."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from funclens.requests.samples.event import PROJECT, Event, Legacy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.requests.samples.event import Inputs

__all__ = ["message_event", "message_published"]

_MESSAGE_TYPE = "type.googleapis.com/google.pubsub.v1.PubsubMessage"
_TEXT = b'{"order": 1042, "status": "paid"}'


def message_published(inputs: Inputs) -> Event:
    """Return a message with one attribute; the payload is its text."""
    content = inputs.text(_TEXT)
    name = inputs.options.get("topic", "demo-topic").rpartition("/")[2]
    message = {
        "attributes": {"origin": "funclens", **inputs.attributes},
        "data": base64.b64encode(content).decode(),
        "messageId": inputs.id,
        "publishTime": inputs.stamp,
    }
    subscription = f"projects/{PROJECT}/subscriptions/{name}-sub"
    return message_event(message, f"projects/{PROJECT}/topics/{name}", subscription)


def message_event(message: Mapping[str, Any], topic: str, subscription: str) -> Event:
    """Return the event of a message, as the REST API of Pub/Sub describes it.

    `topic` and `subscription` are full resource names.
    """
    stamp, identity = message["publishTime"], message["messageId"]
    attributes, data = message.get("attributes", {}), message.get("data", "")
    ordering = (
        {"orderingKey": message["orderingKey"]} if "orderingKey" in message else {}
    )
    whole = {
        "attributes": attributes,
        "data": data,
        # Production sends both spellings, and SDKs read one or the other.
        "messageId": identity,
        "message_id": identity,
        "publishTime": stamp,
        "publish_time": stamp,
        **ordering,
    }
    return Event(
        id=identity,
        time=stamp,
        type="google.cloud.pubsub.topic.v1.messagePublished",
        source=f"//pubsub.googleapis.com/{topic}",
        data={"message": whole, "subscription": subscription},
        topic=topic,
        legacy=Legacy(
            "google.pubsub.topic.publish",
            {
                "service": "pubsub.googleapis.com",
                "name": topic,
                "type": _MESSAGE_TYPE,
            },
            {"@type": _MESSAGE_TYPE, "attributes": attributes, "data": data},
        ),
    )
