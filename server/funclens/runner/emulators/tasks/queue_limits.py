"""How fast and how often a queue dispatches its tasks. Pure."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass
from funclens.requests.delivery.retry_policy import RetryPolicy, queue_policy
from funclens.runner.emulators.tasks.api_error import ApiError
from funclens.runner.emulators.tasks.wire_times import duration_text, parse_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.model import Trigger

__all__ = [
    "QueueLimits",
    "TokenBucket",
    "limits_of_json",
    "limits_of_trigger",
    "policy_of_json",
]

_MOST_AT_ONCE = 16
"""Production's default is 1,000: too many for one machine."""
_MOST_PER_SECOND = 500.0


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """Limits of one queue, with production's defaults."""

    retries: RetryPolicy
    per_second: float = _MOST_PER_SECOND
    concurrent: int = 1_000

    @property
    def at_once(self) -> int:
        """Maximum number of tasks that are dispatched at a time here."""
        return max(1, min(self.concurrent, _MOST_AT_ONCE))

    def to_json(self) -> dict[str, Any]:
        """Return the fields of a queue in the API."""
        retries = self.retries
        attempts = retries.max_attempts
        return {
            "rateLimits": {
                "maxDispatchesPerSecond": self.per_second,
                "maxBurstSize": max(1, round(self.per_second)),
                "maxConcurrentDispatches": self.concurrent,
            },
            "retryConfig": {
                "maxAttempts": -1 if attempts is None else attempts,
                "maxRetryDuration": duration_text(retries.max_seconds or 0),
                "minBackoff": duration_text(retries.min_backoff),
                "maxBackoff": duration_text(retries.max_backoff),
                "maxDoublings": retries.max_doublings,
            },
        }


def limits_of_trigger(trigger: Trigger) -> QueueLimits:
    """Return the limits of the queue that deploys with a function."""
    rates = dict(trigger.rate_limits)
    return QueueLimits(
        queue_policy(dict(trigger.retry_policy), is_firebase=True),
        float(rates.get("max_dispatches_per_second", _MOST_PER_SECOND)),
        rates.get("max_concurrent_dispatches", 1_000),
    )


def limits_of_json(
    queue: Mapping[str, Any], before: QueueLimits | None = None
) -> QueueLimits:
    """Return the limits in a queue of the API; `before` has what it doesn't say.

    Raises ApiError.
    """
    rates = _section(queue, "rateLimits")
    given = _section(queue, "retryConfig")
    per_second = _number(rates, "maxDispatchesPerSecond")
    concurrent = _number(rates, "maxConcurrentDispatches")
    found = before or QueueLimits(queue_policy({}, is_firebase=False))
    if per_second is not None and not 0 < per_second <= _MOST_PER_SECOND:
        raise _wrong("Queue.rateLimits.maxDispatchesPerSecond", "above 0, at most 500")
    if concurrent is not None and not 0 < concurrent <= 5_000:
        raise _wrong("Queue.rateLimits.maxConcurrentDispatches", "from 1 to 5000")
    return QueueLimits(
        policy_of_json(given, found.retries),
        found.per_second if per_second is None else per_second,
        found.concurrent if concurrent is None else int(concurrent),
    )


def policy_of_json(given: Mapping[str, Any], before: RetryPolicy) -> RetryPolicy:
    """Return the policy in a `retryConfig` of the API. Raises ApiError."""
    attempts = _number(given, "maxAttempts")
    doublings = _number(given, "maxDoublings")
    least = parse_duration(given.get("minBackoff"), "minBackoff")
    most = parse_duration(given.get("maxBackoff"), "maxBackoff")
    seconds = parse_duration(given.get("maxRetryDuration"), "maxRetryDuration")
    policy = before
    if attempts is not None and attempts != 0:
        limit = None if attempts < 0 else int(attempts)
        policy = replace(policy, max_attempts=limit)
    if doublings is not None:
        policy = replace(policy, max_doublings=max(0, int(doublings)))
    if least is not None:
        policy = replace(policy, min_backoff=max(0.0, least))
    if most is not None:
        policy = replace(policy, max_backoff=max(0.0, most))
    if seconds is not None:
        policy = replace(policy, max_seconds=seconds or None)
    if policy.min_backoff > policy.max_backoff:
        raise ApiError("INVALID_ARGUMENT", "minBackoff must not exceed maxBackoff.")
    return policy


class TokenBucket:
    """Limits a rate; a whole second's worth may come at once."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._size = max(1.0, per_second)
        self._tokens = self._size
        self._at: float | None = None

    def wait(self, now: float) -> float:
        """Return the seconds until one may be taken; `now` in any monotonic time."""
        passed = 0.0 if self._at is None else max(0.0, now - self._at)
        self._at = now
        self._tokens = min(self._size, self._tokens + passed * self._per_second)
        if self._tokens >= 1.0 - 1e-9:
            return 0.0
        return (1.0 - self._tokens) / self._per_second

    def take(self) -> None:
        """Take one, after `wait` returned 0."""
        self._tokens -= 1.0


def _section(queue: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = queue.get(name) or {}
    if not isinstance(value, dict):
        raise _wrong(f"Queue.{name}", "an object")
    return value


def _number(given: Mapping[str, Any], name: str) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise _wrong(name, "a number")
    return number


def _wrong(name: str, what: str) -> ApiError:
    return ApiError("INVALID_ARGUMENT", f"{name} must be {what}.")
