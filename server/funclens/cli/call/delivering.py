"""Deliver an event as production does: with retries, twice, or out of order."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from funclens.cli import stderr
from funclens.cli.call.printer import failure_text, response_json, status_line
from funclens.errors import UsageError
from funclens.requests.delivery.attempt import is_delivered, request_of_attempt
from funclens.requests.delivery.comparison import differences
from funclens.requests.delivery.retry_policy import retry_policy, span
from funclens.requests.delivery.several import numbered_inputs, shuffled
from funclens.runner.api.exchange import ResponseHead, open_exchange

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from funclens.cli.call.printer import Printer
    from funclens.model import Function
    from funclens.requests.request import Request
    from funclens.requests.samples import Inputs
    from funclens.runner.api.client import RunnerClient
    from funclens.runner.api.event_waiter import EventWaiter
    from funclens.runner.api.exchange import ReceivedResponse

__all__ = ["Delivering", "add_delivery_options", "check_delivery"]

_ATTEMPTS = 10
_MOST_EVENTS = 10_000
_REPORT_SECONDS = 2.0
"""Maximum seconds to wait for the runner's report on an exception."""


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
        help=f"stop --retry after this many attempts (default: {_ATTEMPTS})",
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
    if count is not None and not 2 <= count <= _MOST_EVENTS:
        raise UsageError(f"--shuffle must be 2 to {_MOST_EVENTS:,}")
    return bool(given)


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
        self.deliveries: list[dict[str, Any]] = []
        """What was delivered so far, as JSON."""

    async def run(
        self, sample: str, request_for: Callable[[Inputs | None], Request]
    ) -> int:
        """Deliver as the arguments say; return the exit code.

        `sample` is the name of the event's type; `request_for` builds a request.
        """
        if self._arguments.shuffle:
            code = await self._shuffle(request_for)
        elif self._arguments.duplicate:
            code = await self._duplicate(request_for(None))
        else:
            code = await self._retry(sample, request_for(None))
        if self._arguments.json:
            text = json.dumps({"deliveries": self.deliveries}, indent=2)
            self._printer.part(f"{text}\n".encode())
        return code

    async def _retry(self, sample: str, request: Request) -> int:
        policy = retry_policy(self._function, sample)
        say = self._printer.say
        say(policy.summary())
        if policy.is_assumed:
            stderr.warning(
                "no file says whether failed events are retried; production drops them "
                "unless the function is deployed with retries"
            )
        most = self._arguments.attempts or _ATTEMPTS
        previous = number = 0
        for number, _, at in policy.attempts():  # read below
            if number > most:
                say(f"stopped after {most} attempts; production goes on")
                return 1
            sent = request_of_attempt(request, number, previous)
            response = await self.deliver(
                sent,
                f"attempt {number} after {span(at)}",
                attempt=number,
                after_seconds=at,
            )
            previous = response.status
            if is_delivered(previous):
                self._print_body(response)
                say(f"delivered at attempt {number}")
                return 0
        attempts = "1 attempt" if number == 1 else f"{number} attempts"
        say(f"not delivered: production gives up after {attempts}")
        return 1

    async def _duplicate(self, request: Request) -> int:
        first = await self.deliver(request, "first delivery", attempt=1)
        second = await self.deliver(request, "second delivery", attempt=2)
        self._print_body(second)
        found = differences(_compared(first), _compared(second))
        for line in found or ["no difference in status, headers and body"]:
            self._printer.say(line)
        return int(not all(is_delivered(one.status) for one in (first, second)))

    async def _shuffle(self, request_for: Callable[[Inputs | None], Request]) -> int:
        arguments = self._arguments
        seed = arguments.seed
        if seed is None:
            import random  # noqa: PLC0415  # only here

            seed = random.randrange(10_000)  # noqa: S311 - no secret
        inputs = numbered_inputs(arguments.shuffle, arguments.given_data)
        self._printer.say(f"order of --seed {seed}")
        failed = 0
        for index in shuffled(len(inputs), seed):
            response = await self.deliver(
                request_for(inputs[index]), f"event {index + 1}", event=index + 1
            )
            failed += not is_delivered(response.status)
        total = len(inputs)
        self._printer.say(
            f"{failed} of {total} events failed" if failed else f"{total} delivered"
        )
        return int(failed > 0)

    async def deliver(
        self, request: Request, label: str, **facts: Any
    ) -> ReceivedResponse:
        """Send one request and print its status, and the exception if there is one."""
        failed = self._waiter.expect(
            "request", lambda event: bool(event.get("error")), id=self._function.id
        )
        route = f"/{quote(self._function.qualified_name)}"
        try:
            async with open_exchange(self._client.url, route, request) as exchange:
                response = await exchange.response()
            head = ResponseHead(response.status, response.reason, response.headers)
            self._printer.say(f"{label}: {status_line(head, response.seconds)}")
            if head.header("X-Google-Status") is not None:
                await self._explain(failed)
        finally:
            failed.cancel()
        self.deliveries.append(
            {**facts, **response_json(head, response.body, response.seconds)}
        )
        return response

    async def _explain(self, failed: asyncio.Future[Mapping[str, Any]]) -> None:
        with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
            event = await asyncio.wait_for(failed, _REPORT_SECONDS)
            if event.get("error"):
                self._printer.say(failure_text(event["error"]))

    def _print_body(self, response: ReceivedResponse) -> None:
        if not self._arguments.json:
            head = ResponseHead(response.status, response.reason, response.headers)
            self._printer.body(head, response.body)


def _compared(
    response: ReceivedResponse,
) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    return response.status, response.headers, response.body
