"""Deliver an event of an emulator to a function, through the front door."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote

from funclens.errors import RunnerError
from funclens.requests.request import request_of_sample
from funclens.requests.samples import Hints, default_mode, encode
from funclens.runner.api.exchange import open_exchange

if TYPE_CHECKING:
    from funclens.model import Function
    from funclens.requests.request import Request
    from funclens.requests.samples import Event
    from funclens.runner.events import EventBus

__all__ = ["Delivery"]

_SECONDS = 3_600.0
"""Maximum time for a function; a debugger may hold it."""


class Delivery:
    """Sends events to functions and publishes what became of them."""

    def __init__(self, url: str, bus: EventBus, wired: set[tuple[str, str]]) -> None:
        """`wired` is kept: the functions, by id, with the sources that reach them."""
        self._url = url
        self._bus = bus
        self._wired = wired

    async def send(self, function: Function, event: Event) -> int:
        """Send an event in production's form; return the status, 0 for no answer."""
        sample = encode(event, function, default_mode(event, function, Hints()))
        return await self.post(function, request_of_sample(sample))

    async def post(self, function: Function, request: Request) -> int:
        """Send a request; return the status, 0 for no answer."""
        route = f"/{quote(function.qualified_name)}"
        try:
            return await asyncio.wait_for(self._status(route, request), _SECONDS)
        except (TimeoutError, asyncio.TimeoutError, RunnerError):
            return 0

    async def _status(self, route: str, request: Request) -> int:
        async with open_exchange(self._url, route, request) as exchange:
            return (await exchange.response()).status

    def publish_emulator(self, kind: str, host: str, project: str) -> None:
        """Publish that an emulator of this runner is up."""
        self._bus.publish(
            "emulator", kind=kind, host=host, project=project, is_own=True
        )

    def publish_wired(self, function: str, source: str) -> None:
        """Publish that events of a source reach a function, by its id, from now on."""
        self._wired.add((function, source))
        self._bus.publish("wired", id=function, source=source)

    def publish_unwired(self, function: str, source: str) -> None:
        """Publish that events of a source don't reach a function any more."""
        self._wired.discard((function, source))
        self._bus.publish("unwired", id=function, source=source)

    def publish_cleaned(self, removed: int) -> None:
        """Publish how many subscriptions of an earlier runner were removed."""
        self._bus.publish("leftovers-removed", count=removed)

    def publish(
        self,
        function: Function,
        *,
        source: str,
        type_: str,
        event_id: str,
        attempt: int,
        status: int,
        result: str,
        dead_letter_topic: str = "",
    ) -> None:
        """Publish the result of an attempt, one of those of `Redelivery`."""
        given = {"dead_letter_topic": dead_letter_topic} if dead_letter_topic else {}
        self._bus.publish(
            "delivery",
            id=function.id,
            unit=function.unit,
            source=source,
            type=type_,
            event_id=event_id,
            attempt=attempt,
            status=status,
            result=result,
            **given,
        )
