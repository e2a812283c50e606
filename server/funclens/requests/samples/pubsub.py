"""Pub/Sub: a message is published to a topic."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from funclens.requests.samples.event import PROJECT, Event, Legacy

if TYPE_CHECKING:
    from funclens.requests.samples.event import Inputs

__all__ = ["message_published"]

_MESSAGE_TYPE = "type.googleapis.com/google.pubsub.v1.PubsubMessage"
_TEXT = b'{"order": 1042, "status": "paid"}'


def message_published(inputs: Inputs) -> Event:
    """Return a message with one attribute; the payload is its text."""
    content = inputs.text(_TEXT)
    data = base64.b64encode(content).decode()
    attributes = {"origin": "funclens", **inputs.attributes}
    name = inputs.options.get("topic", "demo-topic").rpartition("/")[2]
    topic = f"projects/{PROJECT}/topics/{name}"
    message = {
        "attributes": attributes,
        "data": data,
        # Production sends both spellings, and SDKs read one or the other.
        "messageId": inputs.id,
        "message_id": inputs.id,
        "publishTime": inputs.stamp,
        "publish_time": inputs.stamp,
    }
    subscription = f"projects/{PROJECT}/subscriptions/{name}-sub"
    return Event(
        id=inputs.id,
        time=inputs.stamp,
        type="google.cloud.pubsub.topic.v1.messagePublished",
        source=f"//pubsub.googleapis.com/{topic}",
        data={"message": message, "subscription": subscription},
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
