"""Retry policies of production, as functions of time.

Sources: "Retry event-driven functions" of Cloud Run functions (10 to 600 seconds
between attempts, for 24 hours, or 7 days in the 1st generation), and the references of
`RetryConfig` in the APIs of Cloud Scheduler and Cloud Tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from funclens.model import SignatureType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.model import Function, Trigger

__all__ = ["RetryPolicy", "retry_policy"]

_DAY = 24 * 3600
_HTTP_KINDS = frozenset({"schedule", "tasks"})
_SAMPLES = {
    "scheduler": "schedule",
    "scheduler.firebase": "schedule",
    "tasks": "tasks",
    "tasks.firebase": "tasks",
}
"""Kinds of trigger of the sample events that aren't CloudEvents."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When failed deliveries are repeated."""

    service: str
    """The service that retries, for people."""
    min_backoff: float
    """Seconds before the second attempt."""
    max_backoff: float
    max_attempts: int | None = None
    """Including the first one; None for no limit."""
    max_seconds: float | None = None
    """Time since the first attempt after which none follows; None for no limit."""
    max_doublings: int | None = None
    """After that many doublings, the delay grows linearly; None for no limit."""
    is_assumed: bool = False
    """True if no file says whether failed events are retried."""

    def attempts(self) -> Iterator[tuple[int, float, float]]:
        """Yield number, delay and time of each attempt, in seconds.

        Without a limit, the iterator doesn't end.
        """
        number, delay, at = 1, 0.0, 0.0
        following = self.min_backoff
        step = 0.0
        while True:
            yield number, delay, at
            number += 1
            delay = min(following, self.max_backoff)
            at += delay
            if self.max_attempts is not None and number > self.max_attempts:
                return
            if self.max_seconds is not None and at > self.max_seconds:
                return
            if self.max_doublings is None or number - 1 <= self.max_doublings:
                following *= 2
            else:
                step = step or following
                following += step

    def summary(self) -> str:
        """Return the policy on one line."""
        if self.max_attempts == 1:
            return f"{self.service} does not retry"
        words = [f"{span(self.min_backoff)} to {span(self.max_backoff)} apart"]
        if self.max_attempts is not None:
            words.append(f"up to {self.max_attempts} attempts")
        if self.max_seconds is not None:
            words.append(f"for {span(self.max_seconds)}")
        return f"{self.service} retries: {', '.join(words)}"


def span(seconds: float) -> str:
    """Return a duration such as `1.5 s`, `10 min` or `24 h`."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def retry_policy(function: Function, sample: str) -> RetryPolicy:
    """Return the policy by which production delivers a sample event to a function."""
    wanted = _SAMPLES.get(sample)
    trigger = next((t for t in function.triggers if _fits(t, wanted)), None)
    given = dict(trigger.retry_policy) if trigger is not None else {}
    if wanted == "schedule":
        return _of_job(given)
    if wanted == "tasks":
        return _of_queue(given, is_firebase=sample == "tasks.firebase")
    retries = trigger.retry if trigger is not None else None
    is_first = function.signature_type is SignatureType.EVENT
    service = "Pub/Sub" if trigger and trigger.kind == "pubsub" else "Eventarc"
    return RetryPolicy(
        "Cloud Run functions" if trigger is None else service,
        given.get("min_backoff_seconds", 10),
        given.get("max_backoff_seconds", 600),
        max_attempts=1 if retries is False else given.get("max_attempts"),
        max_seconds=7 * _DAY if is_first else _DAY,
        is_assumed=retries is None,
    )


def _fits(trigger: Trigger, wanted: str | None) -> bool:
    if wanted is None:
        return trigger.kind != "http" and trigger.kind not in _HTTP_KINDS
    return trigger.kind == wanted


def _of_job(given: dict[str, int]) -> RetryPolicy:
    """Return the policy of a Cloud Scheduler job; it doesn't retry by default."""
    most = given.get("max_retry_seconds", 0)
    return RetryPolicy(
        "Cloud Scheduler",
        given.get("min_backoff_seconds", 5),
        given.get("max_backoff_seconds", 3600),
        max_attempts=given.get("retry_count", 0) + 1,
        max_seconds=most or None,
        max_doublings=given.get("max_doublings", 5),
    )


def _of_queue(given: dict[str, int], *, is_firebase: bool) -> RetryPolicy:
    """Return the policy of a Cloud Tasks queue."""
    return RetryPolicy(
        "Cloud Tasks",
        given.get("min_backoff_seconds", 0.1),
        given.get("max_backoff_seconds", 3600),
        max_attempts=given.get("max_attempts", 3 if is_firebase else 100),
        max_seconds=given.get("max_retry_seconds") or None,
        max_doublings=given.get("max_doublings", 16),
    )
