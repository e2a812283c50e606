"""Pub/Sub: messages of the emulator's topics reach the functions they trigger.

Each function and topic has a subscription of its own, from which messages are pulled.
A message is acknowledged by the status of the response; a failed one is left to the
emulator, which delivers it again after a while. So nothing is kept here, however many
messages there are, and the emulator still has what a killed runner had taken. Only
messages with an ordering key are kept, up to a limit, if they are delivered in order.

The emulator stores dead-letter policy, retry policy and filter of a subscription, and
ignores or mistreats them, so they are done here.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from funclens.requests.delivery.message_filter import parse_filter
from funclens.requests.samples.pubsub import message_event
from funclens.runner.emulators.deliverer import Attempt
from funclens.runner.emulators.rest import EmulatorError, EmulatorGoneError, Rest
from funclens.runner.emulators.sources.dead_letters import dead_letter
from funclens.runner.emulators.sources.message_age import age_of
from funclens.runner.emulators.sources.ordered_messages import OrderedMessages
from funclens.runner.http.trace_context import parse_traceparent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from funclens.model import Function
    from funclens.runner.emulators.deliverer import Delivery
    from funclens.runner.emulators.redelivery import Redelivery

__all__ = ["Subscription", "remove_leftovers"]

_AT_ONCE = 8
"""Maximum number of messages that a function gets at a time."""
_LEASE_SECONDS = 60
"""How long the emulator waits for the acknowledgement of a message."""
_PULL_SECONDS = 120.0
"""Longer than the emulator holds a pull without messages."""
_REMEMBERED = 10_000
"""Messages whose attempts are counted."""
_REMOVE_SECONDS = 3.0
_TRACEPARENT = "googclient_traceparent"
"""Attribute of messages that Google's clients send in a trace."""

_AGAIN_SECONDS = 1
"""Pause before an attempt is repeated whose acknowledgement was lost."""


class Subscription:
    """The subscription of one function to one topic, and its deliveries."""

    def __init__(
        self,
        rest: Rest,
        *,
        topic: str,
        subscription: str,
        function: Callable[[], Function | None],
        delivery: Delivery,
        policy: Redelivery,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Use full resource names of a topic and a subscription.

        `function` returns the current function, or None if it is gone; `now` is in
        seconds since the epoch. Raises UsageError if the policy's filter is invalid.
        """
        self._rest = rest
        self._topic_path = topic
        self._path = subscription
        self._function = function
        self._delivery = delivery
        self._now = now
        self.use(policy)
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._attempts: OrderedDict[str, int] = OrderedDict()
        self._leases: dict[str, None] = {}
        """What acknowledges the messages that are here."""
        self._running: set[asyncio.Task[None]] = set()
        self._ordered = OrderedMessages(self._deliver_in_order)

    def use(self, policy: Redelivery) -> None:
        """Deliver by a policy from now on.

        Raises UsageError if its filter is invalid.
        """
        self._accepts = parse_filter(policy.message_filter)
        self.policy = policy

    async def create(self) -> None:
        """Create topics and subscription; what exists already stays.

        Raises EmulatorError if a name is invalid, EmulatorGoneError.
        """
        await self._put(self._topic_path, {})
        if self.policy.dead_letter_topic:
            with contextlib.suppress(EmulatorError):  # see _bury
                await self._put(self._dead_letter_path, {})
        given = {
            "topic": self._topic_path,
            "ackDeadlineSeconds": _LEASE_SECONDS,
            "enableMessageOrdering": self.policy.is_ordered,
        }
        await self._put(self._path, given)

    @property
    def _dead_letter_path(self) -> str:
        project = self._topic_path.rpartition("/")[0]
        return f"{project}/{self.policy.dead_letter_topic}"

    async def _put(self, path: str, body: object) -> None:
        try:
            await self._rest.send("PUT", f"/v1/{path}", body)
        except EmulatorError as error:
            if error.status != 409:
                message = f"{error}: {path.rpartition('/')[2]}"
                raise EmulatorError(message, error.status) from error

    async def serve(self) -> None:
        """Pull and deliver messages until canceled. Raises EmulatorGoneError."""
        leasing = asyncio.create_task(self._keep_leases())
        try:
            while True:
                await self._ordered.room()
                await self._free.acquire()
                self._free.release()
                for received in await self._without_others(await self._pull()):
                    await self._take(received)
        finally:
            running = [leasing, *self._running, *self._ordered.clear()]
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            self._leases.clear()

    async def remove(self) -> None:
        """Delete the subscription; the topic stays."""
        with contextlib.suppress(EmulatorError, EmulatorGoneError):
            await self._rest.send("DELETE", f"/v1/{self._path}", None, _REMOVE_SECONDS)

    async def _pull(self) -> list[Mapping[str, Any]]:
        most = {"maxMessages": _AT_ONCE}
        found = await self._rest.send(
            "POST", f"/v1/{self._path}:pull", most, _PULL_SECONDS
        )
        received: list[Mapping[str, Any]] = found.get("receivedMessages", [])
        return received

    async def _without_others(
        self, received: list[Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        """Acknowledge the messages that the filter keeps out; return the rest."""
        accepted = [
            item
            for item in received
            if self._accepts(item["message"].get("attributes", {}))
        ]
        if len(accepted) < len(received):
            kept = {item["ackId"] for item in accepted}
            others = [item["ackId"] for item in received if item["ackId"] not in kept]
            await self._acknowledge(others)
        return accepted

    async def _acknowledge(self, acknowledgements: list[str]) -> None:
        ids = {"ackIds": acknowledgements}
        await self._rest.send("POST", f"/v1/{self._path}:acknowledge", ids)

    async def _take(self, received: Mapping[str, Any]) -> None:
        self._leases[received["ackId"]] = None
        key = received["message"].get("orderingKey", "")
        if key and self.policy.is_ordered:
            self._ordered.add(key, received)
            return
        await self._free.acquire()
        task = asyncio.create_task(self._handle(received))
        self._running.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._free.release()
        if not task.cancelled():
            task.exception()  # the emulator is gone: `serve` notices

    async def _handle(self, received: Mapping[str, Any]) -> None:
        """Deliver one message; leave it to the emulator if it failed."""
        acknowledgement = received["ackId"]
        try:
            pause = await self._deliver(received)
        finally:
            self._leases.pop(acknowledgement, None)
        if pause is not None:
            await self._extend([acknowledgement], pause)

    async def _deliver_in_order(self, received: Mapping[str, Any]) -> int | None:
        """Deliver one message; return the pause before it is tried again, if it is."""
        pause: int | None = None
        async with self._free:
            try:
                pause = await self._deliver(received)
            except EmulatorGoneError:
                pause = _AGAIN_SECONDS
            except EmulatorError:
                pass  # it isn't acknowledged, so the emulator delivers it again
        if pause is None:
            self._leases.pop(received["ackId"], None)
        return pause

    async def _deliver(self, received: Mapping[str, Any]) -> int | None:
        """Deliver one message; return the pause before the next attempt, if any."""
        acknowledgement, message = received["ackId"], received["message"]
        function = self._function()
        if function is None:
            return None
        event = message_event(message, self._topic_path, self._path)
        number = self._count(event.id)
        source = f"topic {self._topic_path.rpartition('/')[2]}"
        attempt = Attempt(source, event.type, event.id, number, self.policy)
        attributes = message.get("attributes", {})
        attempt.trace_parent = parse_traceparent(attributes.get(_TRACEPARENT))
        attempt.age = age_of(message, self._now())
        await self._delivery.send(function, event, attempt)
        if attempt.result == "dead-lettered" and not await self._bury(message, number):
            attempt.decide("retrying")
        if attempt.result == "retrying":
            pause = self.policy.backoff_seconds(number)
        else:
            pause = None
            self._attempts.pop(event.id, None)
            await self._acknowledge([acknowledgement])
        self._delivery.publish(function, attempt)
        return pause

    async def _bury(self, message: Mapping[str, Any], attempt: int) -> bool:
        """Publish a message to the dead-letter topic; return False if it is refused."""
        letter = dead_letter(message, self._path, attempt)
        path = self._dead_letter_path
        try:
            await self._put(path, {})
            await self._rest.send("POST", f"/v1/{path}:publish", {"messages": [letter]})
        except EmulatorError:  # an invalid name
            return False
        return True

    def _count(self, message: str) -> int:
        attempt = self._attempts.pop(message, 0) + 1
        self._attempts[message] = attempt
        if len(self._attempts) > _REMEMBERED:
            self._attempts.popitem(last=False)
        return attempt

    async def _keep_leases(self) -> None:
        """Keep messages that are here from being delivered again."""
        while True:
            await asyncio.sleep(_LEASE_SECONDS / 2)
            if self._leases:
                with contextlib.suppress(EmulatorError, EmulatorGoneError):
                    await self._extend([*self._leases], _LEASE_SECONDS)

    async def _extend(self, acknowledgements: list[str], seconds: int) -> None:
        """Let messages be delivered again after a while from now."""
        await self._rest.send(
            "POST",
            f"/v1/{self._path}:modifyAckDeadline",
            {"ackIds": acknowledgements, "ackDeadlineSeconds": seconds},
        )


async def remove_leftovers(
    rest: Rest, project: str, prefix: str, wanted: frozenset[str]
) -> int:
    """Delete subscriptions of an earlier runner that nobody wants; return how many.

    Only those whose name begins with `prefix` and isn't in `wanted`.
    """
    removed, page = 0, ""
    for _ in range(100):
        found = await rest.send(
            "GET", f"/v1/projects/{project}/subscriptions?pageSize=1000{page}"
        )
        for item in found.get("subscriptions", []):
            name = str(item.get("name", "")).rpartition("/")[2]
            if name.startswith(prefix) and name not in wanted:
                await rest.send(
                    "DELETE", f"/v1/projects/{project}/subscriptions/{name}"
                )
                removed += 1
        if not found.get("nextPageToken"):
            break
        page = f"&pageToken={found['nextPageToken']}"
    return removed
