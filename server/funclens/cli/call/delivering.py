"""Deliver an event as production does: with retries, twice, or out of order."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from funclens.cli import stderr
from funclens.cli.call.printer import failure_text, response_json, status_line
from funclens.errors import RunnerError, UsageError
from funclens.requests.delivery.simulation import (
    MOST_ATTEMPTS,
    MOST_EVENTS,
    Simulation,
)
from funclens.runner.api.exchange import (
    ReceivedResponse,
    ResponseHead,
    open_exchange,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from funclens.cli.call.printer import Printer
    from funclens.model import Function
    from funclens.requests.delivery.simulation import Delivered
    from funclens.requests.request import Request
    from funclens.requests.samples import Inputs
    from funclens.runner.api.client import RunnerClient
    from funclens.runner.api.event_waiter import EventWaiter

__all__ = [
    "Delivering",
    "add_delivery_options",
    "check_delivery",
    "no_event_to_deliver",
]

_REPORT_SECONDS = 2.0
"""Maximum seconds to wait for the runner's report on an exception."""
_OUTPUT_SECONDS = 10.0
"""Maximum seconds to wait for it where the output is needed."""


def add_delivery_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for ways to deliver an event."""
    add = parser.add_argument
    add(
        "--retry",
        action="store_true",
        help="repeat a failed event by the function's retry policy, without waiting",
    )
    add(
        "--attempts",
        type=int,
        metavar="N",
        help=f"stop --retry after this many attempts (default: {MOST_ATTEMPTS})",
    )
    add(
        "--duplicate",
        action="store_true",
        help="deliver the event twice and print what differs",
    )
    add(
        "--shuffle",
        type=int,
        metavar="N",
        help="deliver N events out of order; {{n}} in --data is an event's number",
    )
    add("--seed", type=int, metavar="N", help="order of --shuffle (default: random)")


def check_delivery(arguments: argparse.Namespace) -> bool:
    """Return whether a delivery option is given. Raises UsageError if invalid."""
    given = [
        name
        for name in ("--retry", "--duplicate", "--shuffle")
        if getattr(arguments, name[2:])
    ]
    if len(given) > 1:
        raise UsageError(
            f"{given[0]} and {given[1]} exclude each other", hint="remove one of them"
        )
    if arguments.attempts is not None and not arguments.retry:
        raise UsageError("--attempts requires --retry", hint="add --retry")
    if arguments.seed is not None and arguments.shuffle is None:
        raise UsageError("--seed requires --shuffle", hint="add --shuffle N")
    if arguments.attempts is not None and arguments.attempts < 1:
        raise UsageError("--attempts must be 1 or more")
    count = arguments.shuffle
    if count is not None and not 2 <= count <= MOST_EVENTS:
        raise UsageError(f"--shuffle must be 2 to {MOST_EVENTS:,}")
    return bool(given)


def no_event_to_deliver(function: Function) -> UsageError:
    """Return the error for a function that takes plain requests."""
    return UsageError(
        "--retry, --duplicate and --shuffle deliver events; nothing says that "
        f"'{function.endpoint}' gets any",
        hint="add --event TYPE; production does not repeat other requests",
    )


class Delivering:
    """Deliveries of events to one function, from the arguments to the exit code."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        printer: Printer,
        client: RunnerClient,
        waiter: EventWaiter,
        function: Function,
    ) -> None:
        self._arguments = arguments
        self._printer = printer
        self._client = client
        self._waiter = waiter
        self._function = function
        self._complete: asyncio.Future[Mapping[str, Any]] | None = None
        """The runner's report on the last request."""
        self.deliveries: list[dict[str, Any]] = []
        """What was delivered so far, as JSON."""

    async def run(
        self, sample: str, request_for: Callable[[Inputs | None], Request]
    ) -> int:
        """Deliver as the arguments say; return the exit code.

        `sample` is the name of the event's type; `request_for` builds a request.
        """
        arguments = self._arguments
        simulation = Simulation(self._function, self)
        if arguments.shuffle:
            is_delivered = await simulation.shuffle(
                request_for, arguments.shuffle, arguments.given_data, arguments.seed
            )
        elif arguments.duplicate:
            is_delivered = await simulation.duplicate(request_for(None))
        else:
            is_delivered = await simulation.retry(
                sample, request_for(None), arguments.attempts
            )
        if self._arguments.json:
            text = json.dumps({"deliveries": self.deliveries}, indent=2)
            self._printer.part(f"{text}\n".encode())
        return int(not is_delivered)

    async def deliver(
        self, request: Request, label: str, **facts: Any
    ) -> ReceivedResponse:
        """Send one request and print its status, and the exception if there is one."""
        route = f"/{quote(self._function.qualified_name)}"
        if self._complete is not None:
            self._complete.cancel()
        async with open_exchange(
            self._client.url, route, request, self._follow
        ) as exchange:
            response = await exchange.response()
        head = ResponseHead(response.status, response.reason, response.headers)
        self._printer.say(f"{label}: {status_line(head, response.seconds)}")
        if head.header("X-Google-Status") is not None:
            await self._explain()
        self.deliveries.append(
            {**facts, **response_json(head, response.body, response.seconds)}
        )
        return response

    def _follow(self, port: int) -> AbstractContextManager[None]:
        """Wait for the runner's report on the request that comes from a port."""
        self._complete = self._waiter.expect("request", port=port)
        return contextlib.nullcontext()

    async def _report(self, seconds: float) -> Mapping[str, Any]:
        """Return the runner's report on the last request; empty if it is late."""
        if self._complete is not None:
            await asyncio.wait({self._complete}, timeout=seconds)
            if self._complete.done():
                return self._complete.result()
        return {}

    async def _explain(self) -> None:
        event = await self._report(_REPORT_SECONDS)
        if event.get("error"):
            self._printer.say(failure_text(event["error"]))

    async def printed(self) -> Sequence[str] | None:
        """Return what the last delivery printed, from the runner's history."""
        event = await self._report(_OUTPUT_SECONDS)
        if not event.get("request"):
            return None
        with contextlib.suppress(RunnerError):
            found = await self._client.request(event["request"])
            return [str(line) for line in found["output"]]
        return None

    def say(self, line: str) -> None:
        """Print a line on standard error."""
        self._printer.say(line)

    def warn(self, line: str) -> None:
        """Print a warning."""
        stderr.warning(line)

    def show(self, response: Delivered) -> None:
        """Print the body of a response, unless all of them are printed as JSON."""
        if not self._arguments.json and isinstance(response, ReceivedResponse):
            head = ResponseHead(response.status, response.reason, response.headers)
            self._printer.body(head, response.body)
