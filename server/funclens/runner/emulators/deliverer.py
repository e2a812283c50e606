"""Deliver an event of an emulator to a function, through the front door."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from funclens.errors import RunnerError
from funclens.requests.request import request_of_sample
from funclens.requests.samples import Hints, default_mode, encode
from funclens.runner.api.exchange import open_exchange
from funclens.runner.http.origin import Origin

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from funclens.model import Function
    from funclens.requests.request import Request
    from funclens.requests.samples import Event
    from funclens.runner.emulators.redelivery import Redelivery
    from funclens.runner.events import EventBus
    from funclens.runner.http.origin import Origins

__all__ = ["Attempt", "Delivery"]

_SECONDS = 3_600.0
"""Maximum time for a function; a debugger may hold it."""


class Attempt:
    """One attempt to deliver an event."""

    def __init__(
        self,
        source: str,
        type_: str,
        event_id: str,
        number: int,
        policy: Redelivery | None = None,
    ) -> None:
        """`source` is for people; `number` starts at 1; `policy` decides the result."""
        self.type = type_
        self.number = number
        self.policy = policy
        self.trace_parent: tuple[str, str] | None = None
        """Trace and span that published the event, if it says so."""
        self.age = 0.0
        """Seconds since the event happened."""
        self.status = 0
        """0 without an answer."""
        self.shown: dict[str, Any] = {
            "source": source,
            "event_id": event_id,
            "attempt": number,
            "result": "",
        }
        """What events and history say about it; `result` is set later."""

    @property
    def result(self) -> str:
        """What becomes of the event, one of the results of `Redelivery`."""
        return str(self.shown["result"])

    def answered(self, status: int) -> None:
        """Set the status, and the result if a policy decides."""
        self.status = status
        if self.policy is not None:
            self.decide(self.policy.result(status, self.number, self.age))

    def decide(self, result: str) -> None:
        """Set the result."""
        self.shown["result"] = result


class Delivery:
    """Sends events to functions and publishes what became of them."""

    def __init__(
        self,
        url: str,
        bus: EventBus,
        wired: set[tuple[str, str]],
        origins: Origins,
        *,
        prestart: Callable[[str], None],
        sender_of: Callable[[socket.socket], tuple[str, str] | None],
    ) -> None:
        """`wired` is kept: the functions, by id, with the sources that reach them.

        `origins` are those of the front door at `url`; `prestart` starts the worker of
        a function, so that the first event doesn't wait for it. `sender_of` returns
        trace and span of the request whose function made a connection.
        """
        self.sender_of = sender_of
        self._prestart = prestart
        self._url = url
        self._bus = bus
        self._wired = wired
        self._origins = origins

    async def send(self, function: Function, event: Event, attempt: Attempt) -> None:
        """Send an event in production's form; set status and result of the attempt."""
        sample = encode(event, function, default_mode(event, function, Hints()))
        await self.post(function, request_of_sample(sample), attempt)

    async def post(
        self, function: Function, request: Request, attempt: Attempt
    ) -> None:
        """Send a request; set status and result of the attempt."""
        route = f"/{quote(function.qualified_name)}"
        try:
            await asyncio.wait_for(self._exchange(route, request, attempt), _SECONDS)
        except (TimeoutError, asyncio.TimeoutError, RunnerError):
            attempt.answered(0)

    async def _exchange(self, route: str, request: Request, attempt: Attempt) -> None:
        parent = attempt.trace_parent
        origin = Origin("delivery", delivery=attempt.shown, trace_parent=parent)

        def announced(port: int) -> AbstractContextManager[None]:
            return self._origins.expect(port, origin)

        async with open_exchange(self._url, route, request, announced) as exchange:
            head = await exchange.head()
            attempt.answered(head.status)  # the history may have it at any moment
            async for _ in exchange.parts():
                pass

    def publish_emulator(self, kind: str, host: str, project: str) -> None:
        """Publish that an emulator of this runner is up."""
        self._bus.publish(
            "emulator", kind=kind, host=host, project=project, is_own=True
        )

    def publish_wired(self, function: str, source: str) -> None:
        """Publish that events of a source reach a function, by its id, from now on."""
        self._wired.add((function, source))
        self._prestart(function)
        self._bus.publish("wired", id=function, source=source)

    def publish_unwired(self, function: str, source: str) -> None:
        """Publish that events of a source don't reach a function any more."""
        self._wired.discard((function, source))
        self._bus.publish("unwired", id=function, source=source)

    def publish_enqueued(
        self, function: Function, source: str, event_id: str, seconds: float
    ) -> None:
        """Publish that a task waits for its time."""
        self._bus.publish(
            "enqueued",
            id=function.id,
            unit=function.unit,
            source=source,
            event_id=event_id,
            seconds=round(seconds, 3),
        )

    def publish_cleaned(self, removed: int) -> None:
        """Publish how many subscriptions of an earlier runner were removed."""
        self._bus.publish("leftovers-removed", count=removed)

    def publish(self, function: Function, attempt: Attempt) -> None:
        """Publish the result of an attempt."""
        topic = attempt.policy.dead_letter_topic if attempt.policy else ""
        is_dead = attempt.result == "dead-lettered"
        self._bus.publish(
            "delivery",
            id=function.id,
            unit=function.unit,
            type=attempt.type,
            status=attempt.status,
            **attempt.shown,
            **({"dead_letter_topic": topic} if is_dead else {}),
        )
