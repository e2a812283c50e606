"""What becomes of an event, by the policy of its trigger."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from funclens.model import SignatureType, Trigger
from funclens.requests.delivery.delivery_words import delivery_text
from funclens.runner.api.state.state_lock import take_lock
from funclens.runner.emulators.naming import Owner
from funclens.runner.emulators.pending_deliveries import Kept, PendingDeliveries
from funclens.runner.emulators.redelivery import Redelivery, redelivery_of
from funclens.runner.emulators.sources.message_age import age_of
from funclens.runner.emulators.sources.ordered_messages import OrderedMessages
from funclens.trigger_text import trigger_text

if TYPE_CHECKING:
    from funclens.runner.emulators.deliverer import Attempt


def trigger(*, retry: bool | None = True, dead: str = "", **policy: int) -> Trigger:
    attributes = (("topic", "t"), *((("dead_letter_topic", dead),) if dead else ()))
    return Trigger(
        "pubsub",
        "deploy-file",
        attributes=attributes,
        retry=retry,
        retry_policy=tuple(policy.items()),
    )


def policy_of(given: Trigger, kind: str = "cloudevent") -> Redelivery:
    function: Any = SimpleNamespace(signature_type=SignatureType(kind))
    return redelivery_of(given, function)


@pytest.mark.parametrize(
    ("given", "status", "attempt", "result"),
    [
        (trigger(), 204, 1, "delivered"),
        (trigger(), 302, 1, "retrying"),
        (trigger(), 0, 99, "retrying"),
        (trigger(retry=None), 500, 1, "retrying"),
        (trigger(retry=False), 500, 1, "dropped"),
        (trigger(dead="d", max_attempts=5), 500, 4, "retrying"),
        (trigger(dead="d", max_attempts=5), 500, 5, "dead-lettered"),
        (trigger(dead="d", max_attempts=5), 200, 5, "delivered"),
    ],
)
def test_the_result_follows_from_status_attempt_and_policy(
    given: Trigger, status: int, attempt: int, result: str
) -> None:
    assert policy_of(given).result(status, attempt) == result


def test_retries_end_after_a_day_or_a_week_in_the_first_generation() -> None:
    day = 24 * 3600.0
    for kind, limit in (("cloudevent", day), ("event", 7 * day)):
        policy = policy_of(trigger(), kind)
        assert policy.result(500, 9, limit - 1) == "retrying"
        assert policy.result(500, 9, limit) == "dropped"
        assert policy.result(204, 9, limit) == "delivered"


def test_an_event_that_is_too_old_is_given_up() -> None:
    """The clock is ours: each look at it is twelve hours later."""
    hours = count(step=12 * 3600)
    sent: list[Attempt] = []
    done: list[str] = []

    given_up = asyncio.Event()

    async def post(_function: Any, _request: Any, attempt: Attempt) -> None:
        attempt.answered(500)

    def publish(_function: Any, attempt: Attempt) -> None:
        sent.append(attempt)
        done.append(attempt.result)
        if attempt.result == "dropped":
            given_up.set()

    async def run() -> None:
        delivery: Any = SimpleNamespace(post=post, publish=publish)
        pending = PendingDeliveries(delivery, lambda: next(hours))
        fast = replace(policy_of(trigger()), min_backoff=0, max_backoff=0)
        something: Any = object()
        pending.add(Kept(lambda: something, lambda _: something, "s", "t", "1", fast))
        await given_up.wait()
        await pending.close()

    asyncio.run(run())
    assert done == ["retrying", "dropped"]
    assert [attempt.age for attempt in sent] == [12 * 3600, 24 * 3600]


def test_a_message_without_a_time_has_no_age() -> None:
    assert age_of({"publishTime": "2026-11-26T10:00:00.123456Z"}, 1795687260) == 60
    assert age_of({}, 1795687260) == age_of({"publishTime": "x"}, 1795687260) == 0


@pytest.mark.parametrize(
    ("given", "pauses"),
    [
        (trigger(), [1, 2, 4, 60]),
        (trigger(min_backoff_seconds=5), [5, 10, 20, 600]),
        (trigger(max_backoff_seconds=15), [10, 15, 15, 15]),
        (trigger(min_backoff_seconds=0, max_backoff_seconds=0), [1, 1, 1, 1]),
    ],
)
def test_pauses_grow_as_the_policy_says(given: Trigger, pauses: list[int]) -> None:
    policy = policy_of(given)

    assert [policy.backoff_seconds(attempt) for attempt in (1, 2, 3, 10**9)] == pauses


def test_a_dead_letter_is_said_with_its_topic() -> None:
    event = {"source": "topic t", "result": "dead-lettered", "dead_letter_topic": "d"}
    event |= {"status": 500, "attempt": 5}

    assert delivery_text(event, "f") == (
        "topic t -> f: failed, published to dead-letter topic d (500, attempt 5)"
    )
    assert trigger_text(trigger(dead="d", max_attempts=5)) == (
        "Pub/Sub topic t, with retries, dead letters to d after 5 attempts"
    )


def test_a_second_runner_of_the_same_folders_is_another_owner(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    first, second = Owner(["/a"]), Owner(["/a"])
    assert first.prefix != second.prefix
    assert Owner(["/b"]).prefix not in {first.prefix, second.prefix}

    first.close()

    assert Owner(["/a"]).prefix == first.prefix


def test_a_lock_leaves_no_file(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    lock = take_lock("one")
    assert lock is not None
    assert take_lock("one") is None

    lock.release()

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_without_a_state_folder_a_runner_is_taken_for_the_first(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    owner = Owner(["/a"])

    assert owner.prefix == Owner(["/a"]).prefix
    owner.close()


def test_no_more_messages_are_taken_than_are_kept() -> None:
    async def run() -> None:
        released, all_seen = asyncio.Event(), asyncio.Event()
        seen = []

        async def deliver(received: Any) -> int | None:
            await released.wait()
            seen.append(received["n"])
            if len(seen) == 1_000:
                all_seen.set()
            return None

        ordered = OrderedMessages(deliver)
        for number in range(1_000):
            ordered.add(str(number % 3), {"n": number})
        waiting = asyncio.create_task(ordered.room())
        await asyncio.sleep(0)
        assert not waiting.done()
        released.set()
        await waiting
        await all_seen.wait()
        for key in range(3):
            mine = [number for number in seen if number % 3 == key]
            assert mine == sorted(mine)

    asyncio.run(run())
