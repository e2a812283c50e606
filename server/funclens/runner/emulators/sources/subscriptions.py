"""Pub/Sub: messages of the emulator's topics reach the functions they trigger.

Each function and topic has a subscription of its own, from which messages are pulled.
A message is acknowledged by the status of the response; a failed one is left to the
emulator, which delivers it again after a while. So nothing is kept here, however many
messages there are, and the emulator still has what a killed runner had taken.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from funclens.requests.samples.pubsub import message_event
from funclens.runner.emulators.deliverer import backoff_seconds, result_of
from funclens.runner.emulators.rest import EmulatorError, EmulatorGoneError, Rest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from funclens.model import Function
    from funclens.runner.emulators.deliverer import Delivery

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
        retries: bool,
    ) -> None:
        """Use full resource names of a topic and a subscription.

        `function` returns the current function, or None if it is gone.
        """
        self._rest = rest
        self._topic_path = topic
        self._path = subscription
        self._function = function
        self._delivery = delivery
        self._retries = retries
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._attempts: OrderedDict[str, int] = OrderedDict()
        self._running: set[asyncio.Task[None]] = set()

    async def create(self) -> None:
        """Create topic and subscription; what exists already stays.

        Raises EmulatorError if a name is invalid, EmulatorGoneError.
        """
        await self._put(self._topic_path, {})
        given = {"topic": self._topic_path, "ackDeadlineSeconds": _LEASE_SECONDS}
        await self._put(self._path, given)

    async def _put(self, path: str, body: object) -> None:
        try:
            await self._rest.send("PUT", f"/v1/{path}", body)
        except EmulatorError as error:
            if error.status != 409:
                raise

    async def serve(self) -> None:
        """Pull and deliver messages until canceled. Raises EmulatorGoneError."""
        try:
            while True:
                await self._free.acquire()
                self._free.release()
                for received in await self._pull():
                    await self._free.acquire()
                    task = asyncio.create_task(self._handle(received))
                    self._running.add(task)
                    task.add_done_callback(self._done)
        finally:
            running = list(self._running)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

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

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._free.release()
        if not task.cancelled():
            task.exception()  # the emulator is gone: `serve` notices

    async def _handle(self, received: Mapping[str, Any]) -> None:
        """Deliver one message, and acknowledge it by the status."""
        acknowledgement = received["ackId"]
        function = self._function()
        if function is None:
            return
        event = message_event(received["message"], self._topic_path, self._path)
        attempt = self._count(event.id)
        lease = asyncio.create_task(self._keep_lease(acknowledgement))
        try:
            status = await self._delivery.send(function, event)
        finally:
            lease.cancel()
        result = result_of(status, retries=self._retries)
        if result == "retrying":
            await self._extend(acknowledgement, backoff_seconds(attempt))
        else:
            self._attempts.pop(event.id, None)
            ids = {"ackIds": [acknowledgement]}
            await self._rest.send("POST", f"/v1/{self._path}:acknowledge", ids)
        self._delivery.publish(
            function,
            type_=event.type,
            event_id=event.id,
            source=f"topic {self._topic_path.rpartition('/')[2]}",
            attempt=attempt,
            status=status,
            result=result,
        )

    def _count(self, message: str) -> int:
        attempt = self._attempts.pop(message, 0) + 1
        self._attempts[message] = attempt
        if len(self._attempts) > _REMEMBERED:
            self._attempts.popitem(last=False)
        return attempt

    async def _keep_lease(self, acknowledgement: str) -> None:
        """Keep a message from being delivered again while the function has it."""
        with contextlib.suppress(EmulatorError, EmulatorGoneError):
            while True:
                await asyncio.sleep(_LEASE_SECONDS / 2)
                await self._extend(acknowledgement, _LEASE_SECONDS)

    async def _extend(self, acknowledgement: str, seconds: int) -> None:
        await self._rest.send(
            "POST",
            f"/v1/{self._path}:modifyAckDeadline",
            {"ackIds": [acknowledgement], "ackDeadlineSeconds": seconds},
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
