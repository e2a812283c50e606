"""Simulate production's delivery of an event: retries, duplicates, any order."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from funclens.errors import RunnerError, UsageError
from funclens.features import commands as names
from funclens.lsp.commands.arguments import encode_data, find_function
from funclens.lsp.commands.describe import sampled_event
from funclens.lsp.commands.sending import response_json, sent_request
from funclens.printable import printable
from funclens.requests.delivery.simulation import MOST_EVENTS, Simulation
from funclens.requests.request import request_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from funclens.lsp.session import Session
    from funclens.model import Function
    from funclens.requests.delivery.simulation import Delivered
    from funclens.requests.request import Request
    from funclens.requests.samples import Inputs
    from funclens.requests.sampling import Sampled
    from funclens.runner.api.exchange import ReceivedResponse

__all__ = ["DELIVERY", "deliver_event"]

DELIVERY = "funclens/delivery"
"""Notification for each delivery of `funclens.deliver`, and for what is said of all."""

_EVENTS = 10
_REPORT_SECONDS = 1.0
"""Maximum seconds to wait for the runner's report on an exception."""
_OUTPUT_SECONDS = 10.0
"""Maximum seconds to wait for it where the output is needed."""


async def deliver_event(
    session: Session, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Deliver a sample event the `way` that production may: see _WAYS.

    `event`, `mode`, `data`, `headers` and `path` are those of the event; `attempts`
    ends a retry, `count` and `seed` are of a shuffle.
    """
    function = find_function(session.snapshot(), names.DELIVER, argument)
    way = argument.get("way")
    if way not in _WAYS:
        raise UsageError(f"`way` must be one of {', '.join(_WAYS)}: {way!r}")
    counts = {
        "attempts": _number(argument, "attempts", 1, MOST_EVENTS),
        "count": _number(argument, "count", 2, MOST_EVENTS),
        "seed": _number(argument, "seed", 0, 2**53),
    }
    event = _SampleEvent(session, function, argument)
    await session.start_runner()
    courier = _Courier(session, function)
    is_delivered = await _WAYS[way](Simulation(function, courier), event, counts)
    last = courier.last
    return {
        "id": function.id,
        "delivered": is_delivered,
        "lines": courier.lines,
        "response": None if last is None else response_json(last),
    }


async def _retry(
    simulation: Simulation, event: _SampleEvent, counts: Mapping[str, int | None]
) -> bool:
    return await simulation.retry(event.name, event.request(), counts["attempts"])


async def _duplicate(
    simulation: Simulation, event: _SampleEvent, _counts: Mapping[str, int | None]
) -> bool:
    return await simulation.duplicate(event.request())


async def _shuffle(
    simulation: Simulation, event: _SampleEvent, counts: Mapping[str, int | None]
) -> bool:
    count = counts["count"] or _EVENTS
    return await simulation.shuffle(event.request, count, event.data, counts["seed"])


_WAYS = {"retry": _retry, "duplicate": _duplicate, "shuffle": _shuffle}


class _SampleEvent:
    """The event of a command, as often as it is delivered."""

    def __init__(
        self, session: Session, function: Function, argument: Mapping[str, Any]
    ) -> None:
        given = argument.get("data")
        self._session = session
        self._function = function
        self._argument = {**argument, "event": argument.get("event") or "auto"}
        self._request = self._sampled()
        self.data = None if given is None else encode_data(given)

    @property
    def name(self) -> str:
        """Name of the event's type."""
        return self._request.type.name

    def request(self, inputs: Inputs | None = None) -> Request:
        """Return the request that delivers it, or another event of the same type."""
        sampled = self._request if inputs is None else self._sampled(inputs)
        lines = self._argument.get("headers")
        return request_of(
            method=None,
            path=self._argument.get("path") or None,
            headers=[*lines] if isinstance(lines, list) else [],
            data=None,
            sample=sampled.request,
        )

    def _sampled(self, inputs: Inputs | None = None) -> Sampled:
        return sampled_event(self._session, self._function, self._argument, inputs)


class _Courier:
    """Sends what a simulation delivers, and notifies the client."""

    def __init__(self, session: Session, function: Function) -> None:
        self._session = session
        self._function = function
        self.lines: list[dict[str, Any]] = []
        """What the client was told."""
        self.last: ReceivedResponse | None = None
        self._complete: asyncio.Future[Mapping[str, Any]] | None = None
        """The runner's report on the last request."""

    async def deliver(self, request: Request, label: str, **_facts: Any) -> Delivered:
        if self._complete is not None:
            self._complete.cancel()
        events = self._session.runner.events
        self._complete = events.expect("request", id=self._function.id)
        response = await sent_request(self._session, self._function, request)
        names = {name.lower() for name, _ in response.headers}
        error = ""
        if "x-google-status" in names:
            event = await self._report(_REPORT_SECONDS)
            error = str((event.get("error") or {}).get("error") or "")
        self.last = response
        self._tell(
            label,
            status=response.status,
            reason=response.reason,
            seconds=response.seconds,
            error=error,
        )
        return response

    async def _report(self, seconds: float) -> Mapping[str, Any]:
        """Return the runner's report on the last request; empty if it is late."""
        if self._complete is not None:
            await asyncio.wait({self._complete}, timeout=seconds)
            if self._complete.done():
                return self._complete.result()
        return {}

    async def printed(self) -> Sequence[str] | None:
        """Return what the last delivery printed, from the runner's history."""
        event = await self._report(_OUTPUT_SECONDS)
        if not event.get("request"):
            return None
        with contextlib.suppress(RunnerError):
            found = await self._session.runner.bridge.request(event["request"])
            return [str(line) for line in found["output"]]
        return None

    def say(self, line: str) -> None:
        self._tell(line)

    def warn(self, line: str) -> None:
        self._tell(f"note: {line}")

    def show(self, response: Delivered) -> None:
        """Do nothing: the client gets the last response."""

    def _tell(
        self,
        text: str,
        *,
        status: int | None = None,
        reason: str = "",
        seconds: float = 0.0,
        error: str = "",
    ) -> None:
        line = {
            "id": self._function.id,
            "text": printable(text),
            "status": status,
            "reason": printable(reason),
            "seconds": seconds,
            "error": printable(error),
        }
        self.lines.append(line)
        self._session.window.notify(DELIVERY, line)


def _number(
    argument: Mapping[str, Any], name: str, least: int, most: int
) -> int | None:
    value = argument.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise UsageError(f"`{name}` must be a number: {value!r}")
    if not least <= value <= most:
        raise UsageError(f"`{name}` must be {least:,} to {most:,}: {value}")
    return value
