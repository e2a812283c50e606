"""When production repeats a failed delivery, by the references of its services."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from funclens.model import SignatureType, Trigger
from funclens.requests.delivery.attempt import request_of_attempt
from funclens.requests.delivery.comparison import differences, output_differences
from funclens.requests.delivery.retry_policy import RetryPolicy, retry_policy, span
from funclens.requests.delivery.several import numbered_inputs, shuffled
from funclens.requests.request import Request
from samples.delivery import function


def delays(policy: RetryPolicy, most: int = 20) -> list[float]:
    return [delay for _, delay, _ in islice(policy.attempts(), most)]


def policy_of(*triggers: Trigger, kind=SignatureType.CLOUDEVENT, sample="pubsub"):
    return retry_policy(replace(function("f", kind), triggers=triggers), sample)


def test_the_delays_of_a_job_are_those_of_the_schedulers_reference() -> None:
    """The example in the reference of RetryConfig."""
    policy = RetryPolicy("Cloud Scheduler", 10, 300, max_attempts=9, max_doublings=3)

    assert delays(policy) == [0, 10, 20, 40, 80, 160, 240, 300, 300]


def test_events_are_retried_for_a_day_with_up_to_ten_minutes_between() -> None:
    policy = policy_of(Trigger("pubsub", "decorator", retry=True))

    assert delays(policy, 9) == [0, 10, 20, 40, 80, 160, 320, 600, 600]
    assert max(at for _, _, at in policy.attempts()) <= 24 * 3600


def test_events_of_the_first_generation_are_retried_for_a_week() -> None:
    trigger = Trigger("storage", "deploy-file", retry=True)

    policy = policy_of(trigger, kind=SignatureType.EVENT)

    assert policy.max_seconds == 7 * 24 * 3600


def test_a_queue_gives_up_when_attempts_and_time_are_both_used_up() -> None:
    """By the reference of RetryConfig in Cloud Tasks."""
    trigger = Trigger(
        "tasks",
        "decorator",
        retry_policy=(
            *(("max_attempts", 2), ("max_retry_seconds", 50)),
            *(("min_backoff_seconds", 20), ("max_backoff_seconds", 20)),
        ),
    )

    policy = policy_of(trigger, kind=SignatureType.HTTP, sample="tasks.firebase")

    assert delays(policy) == [0, 20, 20]
    assert "at least 2 attempts, and for 50 s" in policy.summary()


def test_a_queue_without_a_limit_of_attempts_never_gives_up() -> None:
    trigger = Trigger("tasks", "decorator", retry_policy=(("max_attempts", -1),))

    policy = policy_of(trigger, kind=SignatureType.HTTP, sample="tasks.firebase")

    assert len(delays(policy, 2_000)) == 2_000
    assert delays(policy, 2_000)[-1] == 3600


def test_without_retries_there_is_one_attempt() -> None:
    policy = policy_of(Trigger("pubsub", "decorator", retry=False))

    assert delays(policy) == [0]
    assert policy.summary() == "Pub/Sub does not retry"


def test_if_nothing_says_so_retries_are_assumed() -> None:
    assert policy_of().is_assumed
    assert not policy_of(Trigger("pubsub", "decorator", retry=True)).is_assumed


def test_a_job_is_not_retried_by_default() -> None:
    policy = policy_of(kind=SignatureType.HTTP, sample="scheduler")

    assert delays(policy) == [0]


def test_the_retry_policy_of_the_decorator_counts() -> None:
    trigger = Trigger(
        "tasks",
        "decorator",
        retry_policy=(("max_attempts", 4), ("min_backoff_seconds", 60)),
    )

    policy = policy_of(trigger, kind=SignatureType.HTTP, sample="tasks.firebase")

    assert delays(policy) == [0, 60, 120, 240]


def test_a_firebase_task_is_tried_three_times_by_default() -> None:
    policy = policy_of(kind=SignatureType.HTTP, sample="tasks.firebase")

    assert len(delays(policy)) == 3


def test_only_cloud_tasks_counts_its_attempts() -> None:
    plain = Request("POST", "", (("ce-id", "1"),), b"")
    counts = ("X-CloudTasks-TaskRetryCount", "X-CloudTasks-TaskExecutionCount")
    task = Request("POST", "", tuple((name, "0") for name in counts), b"")

    assert request_of_attempt(plain, [400, 500]) == plain
    assert request_of_attempt(task, []) == task
    assert request_of_attempt(task, [0, 400, 503]).headers == (
        ("X-CloudTasks-TaskRetryCount", "3"),
        ("X-CloudTasks-TaskExecutionCount", "1"),
        ("X-CloudTasks-TaskPreviousResponse", "503"),
        ("X-CloudTasks-TaskRetryReason", ""),
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (0.1, "0.1 s"), (90, "90 s"), (600, "10 min"), (86400, "24 h")],
)
def test_a_duration_is_short(seconds: float, text: str) -> None:
    assert span(seconds) == text


def test_a_difference_is_named_but_not_the_date() -> None:
    first = (200, (("Date", "1"), ("X-N", "1")), b"a\nb\n")
    second = (500, (("Date", "2"), ("X-N", "2")), b"a\nc\n")

    assert differences(first, second) == [
        "status: 200, then 500",
        "header x-n: 1, then 2",
        "body:",
        "  @@ -1,2 +1,2 @@",
        "   a",
        "  -b",
        "  +c",
    ]
    assert differences(first, (200, (("Date", "3"), ("x-n", "1")), b"a\nb\n")) == []


def test_large_or_binary_bodies_are_compared_by_size() -> None:
    assert differences((200, (), b"\xff"), (200, (), b"\xfe\xfe")) == [
        "body: 1 bytes, then 2 bytes"
    ]
    assert differences((200, (), b"a" * 10**6), (200, (), b"b" * 10**6)) == [
        "body: 1,000,000 bytes, then 1,000,000 bytes"
    ]


def test_shuffled_events_are_numbered_in_time_and_never_in_order() -> None:
    inputs = numbered_inputs(3, b'{"n": {{n}}}')

    assert [item.payload for item in inputs] == [b'{"n": 1}', b'{"n": 2}', b'{"n": 3}']
    assert inputs[0].time < inputs[1].time < inputs[2].time
    assert len({item.id for item in inputs}) == 3
    for seed in range(50):
        assert sorted(shuffled(2, seed)) == [0, 1]
        assert shuffled(2, seed) == [1, 0]
        assert shuffled(5, seed) == shuffled(5, seed)


def test_printed_lines_are_compared_within_bounds() -> None:
    assert output_differences(["a", "b"], ["a", "b"]) == []
    assert output_differences(["a", "b"], ["a"]) == [
        "output:",
        "  @@ -1,2 +1 @@",
        "   a",
        "  -b",
    ]
    many = [str(number) for number in range(10_000)]
    assert output_differences(many, many[:-1]) == [
        "output: 10,000 lines, then 9,999 lines"
    ]
