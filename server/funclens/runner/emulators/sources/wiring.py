"""Keeps the subscriptions of an emulator in step with the functions of a catalog."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.errors import UsageError
from funclens.requests.delivery.message_filter import parse_filter
from funclens.runner.emulators.naming import owned_name
from funclens.runner.emulators.redelivery import USUAL, redelivery_of
from funclens.runner.emulators.rest import EmulatorError, EmulatorGoneError, Rest
from funclens.runner.emulators.sources.subscriptions import (
    Subscription,
    remove_leftovers,
)

if TYPE_CHECKING:
    from funclens.model import Catalog, Function
    from funclens.runner.emulators.redelivery import Redelivery
    from funclens.runner.emulators.sources.wiring_context import WiringContext

__all__ = ["PubSubWiring", "Wire", "wires_of"]

_AGAIN_SECONDS = 1.0
"""Pause before connecting again to an emulator that is gone."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A topic that triggers a function."""

    function: str
    """Id of the function."""
    topic: str
    policy: Redelivery = field(default=USUAL, compare=False)


def wires_of(catalog: Catalog) -> tuple[frozenset[Wire], list[Function]]:
    """Return what the functions are triggered by, and those whose topic is unknown."""
    found: dict[tuple[str, str], Wire] = {}
    unknown = []
    for function in catalog.functions:
        for trigger in function.triggers:
            if trigger.kind != "pubsub":
                continue
            topic = trigger.get("topic")
            if topic:
                wire = Wire(function.id, topic, redelivery_of(trigger, function))
                found.setdefault((function.id, topic), wire)
            else:
                unknown.append(function)
    return frozenset(found.values()), unknown


class PubSubWiring:
    """One task for each wire, while the emulator is up."""

    def __init__(self, context: WiringContext) -> None:
        self._context = context
        self._delivery = context.delivery
        self._warn = context.warn
        self._rest = Rest(context.emulator.host)
        self._tasks: dict[Wire, asyncio.Task[None]] = {}
        self._subscriptions: dict[Wire, Subscription] = {}
        self._cleaning: asyncio.Task[None] | None = None
        self._removing: set[asyncio.Task[None]] = set()
        self._unnamed: set[str] = set()
        self._invalid: set[tuple[str, str]] = set()
        """Functions and filters that were warned about."""

    def update(self, catalog: Catalog) -> None:
        """Connect new functions, disconnect those that are gone."""
        wires, unknown = wires_of(catalog)
        for function in unknown:
            if function.id not in self._unnamed:
                self._unnamed.add(function.id)
                self._warn(
                    f"no topic is known for '{function.endpoint}', so it gets no "
                    "messages",
                    "name it in [tool.funclens.triggers]: "
                    f'"{function.id}" = "--trigger-topic=TOPIC"',
                )
        for wire in set(self._tasks) - wires:
            self._disconnect(wire)
        for wire in wires:
            if wire in self._subscriptions:
                self._subscriptions[wire].use(self._checked(wire))
            if wire not in self._tasks:
                policy = self._checked(wire)
                self._tasks[wire] = asyncio.create_task(self._connect(wire, policy))
        if self._cleaning is None:
            self._cleaning = asyncio.create_task(self._clean())

    @property
    def connecting(self) -> list[tuple[str, str]]:
        """Functions and sources that are connected or will be."""
        return [
            (wire.function, f"topic {wire.topic}")
            for wire, task in self._tasks.items()
            if not task.done()
        ]

    async def close(self) -> None:
        """Disconnect everything; delete what was created."""
        for wire in list(self._tasks):
            self._disconnect(wire)
        if self._cleaning is not None:
            self._cleaning.cancel()
        await asyncio.gather(*self._removing, return_exceptions=True)

    def _disconnect(self, wire: Wire) -> None:
        task = self._tasks.pop(wire)
        subscription = self._subscriptions.pop(wire, None)
        task.cancel()
        removing = asyncio.create_task(self._remove(wire, task, subscription))
        self._removing.add(removing)
        removing.add_done_callback(self._removing.discard)

    async def _remove(
        self,
        wire: Wire,
        task: asyncio.Task[None],
        subscription: Subscription | None,
    ) -> None:
        await asyncio.gather(task, return_exceptions=True)
        if subscription is not None and not self._context.is_gone:
            await subscription.remove()
        self._delivery.publish_unwired(wire.function, f"topic {wire.topic}")

    def _name(self, wire: Wire) -> str:
        return owned_name(self._context.prefix, wire.function, wire.topic)

    def _checked(self, wire: Wire) -> Redelivery:
        """Return the policy of a wire, without a filter that is invalid."""
        policy = wire.policy
        try:
            parse_filter(policy.message_filter)
        except UsageError as error:
            place = (wire.function, policy.message_filter)
            if place not in self._invalid:
                self._invalid.add(place)
                self._warn(
                    f"cannot filter the messages of topic '{wire.topic}' for "
                    f"'{wire.function}': {error}",
                    "all of them are delivered; Pub/Sub refuses such a subscription",
                )
            return replace(policy, message_filter="")
        return policy

    async def _connect(self, wire: Wire, policy: Redelivery) -> None:
        """Serve one wire until canceled; connect again when the emulator returns."""
        subscription = Subscription(
            self._rest,
            topic=f"projects/{self._context.project}/topics/{wire.topic}",
            subscription=f"projects/{self._context.project}/subscriptions/{self._name(wire)}",
            function=lambda: self._context.functions.get(wire.function),
            delivery=self._delivery,
            policy=policy,
        )
        self._subscriptions[wire] = subscription
        while True:
            await self._context.up()
            try:
                await subscription.create()
                self._context.answered()
                self._delivery.publish_wired(wire.function, f"topic {wire.topic}")
                await subscription.serve()
            except EmulatorError as error:
                if error.status == 404:
                    # Somebody deleted the subscription, or the emulator was replaced.
                    await asyncio.sleep(_AGAIN_SECONDS)
                    continue
                self._warn(
                    f"cannot subscribe '{wire.function}' to topic '{wire.topic}': "
                    f"{error}",
                    "topics have 3 to 255 letters, digits and - _ . ~ + %, and begin "
                    "with a letter",
                )
                return
            except EmulatorGoneError:
                self._context.lost()
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _clean(self) -> None:
        """Delete what a killed runner of these folders left behind."""
        await self._context.up()
        wanted = frozenset(self._name(wire) for wire in self._tasks)
        with contextlib.suppress(EmulatorError, EmulatorGoneError):
            count = await remove_leftovers(
                self._rest, self._context.project, self._context.prefix, wanted
            )
            self._delivery.publish_cleaned(count)
