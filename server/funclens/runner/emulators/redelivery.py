"""What becomes of an event after each attempt to deliver it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.model import SignatureType

if TYPE_CHECKING:
    from funclens.model import Function, Trigger

__all__ = ["USUAL", "Redelivery", "redelivery_of"]

_SUCCESSES = frozenset({102, *range(200, 300)})
"""Statuses that acknowledge an event."""
_DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Redelivery:
    """When failed events are delivered again."""

    retries: bool = True
    min_backoff: int = 1
    """Seconds before the second attempt; then twice as many, and so on."""
    max_backoff: int = 60
    max_attempts: int | None = None
    """Attempts after which an event goes to the dead-letter topic."""
    dead_letter_topic: str = ""
    is_ordered: bool = False
    """Whether a failed message holds up those with the same ordering key."""
    message_filter: str = ""
    """Which messages are delivered, as the subscription says it."""
    max_seconds: float = _DAY
    """Age of an event at which it is given up."""

    def result(self, status: int, attempt: int, age: float = 0.0) -> str:
        """Return `delivered`, `retrying`, `dropped` or `dead-lettered`.

        `age` is in seconds.
        """
        if status in _SUCCESSES:
            return "delivered"
        if not self.retries:
            return "dropped"
        if self.dead_letter_topic and attempt >= (self.max_attempts or 1):
            return "dead-lettered"
        if age >= self.max_seconds:
            return "dropped"
        return "retrying"

    def backoff_seconds(self, attempt: int) -> int:
        """Return the pause after a failed attempt."""
        return int(min(self.min_backoff * 2 ** min(attempt - 1, 10), self.max_backoff))


USUAL = Redelivery()


def redelivery_of(trigger: Trigger, function: Function) -> Redelivery:
    """Return how the events of a trigger are delivered to a function.

    Without a declared policy, failed events come back sooner than in production.
    """
    is_first = function.signature_type is SignatureType.EVENT
    given = dict(trigger.retry_policy)
    least, most = given.get("min_backoff_seconds"), given.get("max_backoff_seconds")
    is_declared = least is not None or most is not None
    first = max(1, 10 if least is None else least) if is_declared else 1
    return Redelivery(
        retries=trigger.retry is not False,
        min_backoff=first,
        max_backoff=max(first, (600 if most is None else most) if is_declared else 60),
        max_attempts=given.get("max_attempts"),
        dead_letter_topic=trigger.get("dead_letter_topic"),
        is_ordered=trigger.is_ordered,
        message_filter=trigger.get("message_filter"),
        max_seconds=7 * _DAY if is_first else _DAY,
    )
