"""Messages for a dead-letter topic. Pure.

https://cloud.google.com/pubsub/docs/handling-failures has the attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["dead_letter"]

_PREFIX = "CloudPubSubDeadLetterSource"


def dead_letter(
    message: Mapping[str, Any], subscription: str, attempts: int
) -> dict[str, Any]:
    """Return a message as it is forwarded from a subscription, by its full name."""
    _, project, _, name = subscription.split("/")
    attributes = {
        **message.get("attributes", {}),
        f"{_PREFIX}DeliveryCount": str(attempts),
        f"{_PREFIX}Subscription": name,
        f"{_PREFIX}SubscriptionProject": project,
        f"{_PREFIX}TopicPublishTime": message.get("publishTime", ""),
    }
    kept = {key: message[key] for key in ("data", "orderingKey") if key in message}
    return {**kept, "attributes": attributes}
