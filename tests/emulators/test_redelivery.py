"""What becomes of an event, by the policy of its trigger."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from funclens.model import Trigger
from funclens.requests.delivery.delivery_words import delivery_text
from funclens.runner.api.state.state_lock import take_lock
from funclens.runner.emulators.naming import Owner
from funclens.runner.emulators.redelivery import redelivery_of
from funclens.runner.emulators.sources.ordered_messages import OrderedMessages
from funclens.trigger_text import trigger_text


def trigger(*, retry: bool | None = True, dead: str = "", **policy: int) -> Trigger:
    attributes = (("topic", "t"), *((("dead_letter_topic", dead),) if dead else ()))
    return Trigger(
        "pubsub",
        "deploy-file",
        attributes=attributes,
        retry=retry,
        retry_policy=tuple(policy.items()),
    )


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
    assert redelivery_of(given).result(status, attempt) == result


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
    policy = redelivery_of(given)

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
