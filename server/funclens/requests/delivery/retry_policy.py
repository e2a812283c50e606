"""Retry policies of production, as functions of time.

Sources: "Retry event-driven functions" of Cloud Run functions (10 to 600 seconds
between attempts, for 24 hours, or 7 days in the 1st generation), and the references of
`RetryConfig` in the APIs of Cloud Scheduler and Cloud Tasks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.model import SignatureType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.model import Function, Trigger

__all__ = ["RetryPolicy", "queue_policy", "retry_policy"]

_DAY = 24 * 3600
_MOST_DOUBLINGS = 64
"""More would reach any limit, and overflow in the end."""
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
    needs_both: bool = False
    """Whether retries end only when both limits are reached."""

    def attempts(self) -> Iterator[tuple[int, float, float]]:
        """Yield number, delay and time of each attempt, in seconds.

        Without a limit, the iterator doesn't end.
        """
        number, delay, at = 1, 0.0, 0.0
        while True:
            yield number, delay, at
            delay = self.delay_after(number)
            at += delay
            if self.ends_before(number + 1, at):
                return
            number += 1

    def delay_after(self, number: int) -> float:
        """Return the seconds between an attempt, from 1, and the next one."""
        doublings = number - 1
        if self.max_doublings is not None:
            doublings = min(doublings, self.max_doublings)
        steps = number - doublings
        """1 as long as the delay doubles, then one more each time."""
        delay = self.min_backoff * 2.0 ** min(doublings, _MOST_DOUBLINGS) * steps
        return min(delay, self.max_backoff)

    def ends_before(self, number: int, seconds: float) -> bool:
        """Return whether there is no such attempt, at that time after the first."""
        is_late = self.max_seconds is not None and seconds > self.max_seconds
        if self.max_attempts is None:
            return is_late
        is_last = number > self.max_attempts
        if self.needs_both and self.max_seconds is not None:
            return is_last and is_late
        return is_last or is_late

    def summary(self) -> str:
        """Return the policy on one line."""
        least = self.needs_both and self.max_seconds is not None
        if self.max_attempts == 1 and not least:
            return f"{self.service} does not retry"
        words = [f"{span(self.min_backoff)} to {span(self.max_backoff)} apart"]
        if self.max_attempts is not None:
            most = "at least" if least else "up to"
            words.append(f"{most} {self.max_attempts} attempts")
        if self.max_seconds is not None:
            words.append(f"{'and ' if least else ''}for {span(self.max_seconds)}")
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
        return queue_policy(given, is_firebase=sample == "tasks.firebase")
    if sample == "callable":
        return RetryPolicy("Firebase", 10, 600, max_attempts=1)
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
        needs_both=True,
    )


def queue_policy(given: Mapping[str, float], *, is_firebase: bool) -> RetryPolicy:
    """Return the policy of a Cloud Tasks queue with these numbers, else its defaults.

    -1 attempts are any number of them.
    """
    attempts = given.get("max_attempts", 3 if is_firebase else 100)
    return RetryPolicy(
        "Cloud Tasks",
        given.get("min_backoff_seconds", 0.1),
        given.get("max_backoff_seconds", 3600),
        max_attempts=None if attempts < 0 else max(int(attempts), 1),
        max_seconds=given.get("max_retry_seconds") or None,
        max_doublings=int(given.get("max_doublings", 16)),
        needs_both=True,
    )
