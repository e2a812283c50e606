"""Retry policy, dead-letter topic and order of a Pub/Sub subscription."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.triggers.production_types import short_name
from funclens.discovery.triggers.units import seconds

if TYPE_CHECKING:
    from funclens.model import Trigger

__all__ = ["PushPolicy", "with_policy"]

_DEFAULT_ATTEMPTS = 5
"""Production's, if only the topic is given."""


@dataclass(frozen=True, slots=True)
class PushPolicy:
    """What a deploy file says, as written; empty if it doesn't."""

    dead_letter_topic: str = ""
    max_attempts: str = ""
    min_backoff: str = ""
    max_backoff: str = ""
    message_filter: str = ""
    is_ordered: bool = False


def with_policy(trigger: Trigger, policy: PushPolicy) -> Trigger:
    """Return a Pub/Sub trigger whose subscription has a policy."""
    topic = short_name(policy.dead_letter_topic)
    attempts = seconds(policy.max_attempts) or (_DEFAULT_ATTEMPTS if topic else None)
    numbers = {
        "max_attempts": attempts if topic else None,
        "min_backoff_seconds": seconds(policy.min_backoff),
        "max_backoff_seconds": seconds(policy.max_backoff),
    }
    texts = {"dead_letter_topic": topic, "message_filter": policy.message_filter}
    return replace(
        trigger,
        attributes=(
            *trigger.attributes,
            *((name, text) for name, text in texts.items() if text),
        ),
        retry_policy=tuple(
            (name, number) for name, number in numbers.items() if number is not None
        ),
        is_ordered=policy.is_ordered,
    )
