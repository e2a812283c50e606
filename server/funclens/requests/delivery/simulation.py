"""Deliver an event as production does: with retries, twice, or out of order.

Sends nothing and prints nothing itself: a `Courier` does, in a terminal or an editor.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Protocol

from funclens.dataclass import dataclass
from funclens.requests.delivery.attempt import is_delivered, request_of_attempt
from funclens.requests.delivery.comparison import differences, output_differences
from funclens.requests.delivery.retry_policy import retry_policy, span
from funclens.requests.delivery.several import numbered_inputs, shuffled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from funclens.model import Function
    from funclens.requests.delivery.comparison import Headers
    from funclens.requests.request import Request
    from funclens.requests.samples import Inputs

__all__ = ["MOST_ATTEMPTS", "MOST_EVENTS", "Courier", "Delivered", "Simulation"]

MOST_ATTEMPTS = 10
"""Attempts after which a simulation ends, by default."""
MOST_EVENTS = 10_000
"""Maximum number of events to shuffle."""


class Delivered(Protocol):
    """The response to a delivery."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Headers: ...
    @property
    def body(self) -> bytes: ...


class Courier(Protocol):
    """Sends requests and tells people what happens."""

    async def deliver(self, request: Request, label: str, **facts: Any) -> Delivered:
        """Send one request and tell its result; `facts` are for programs."""

    async def printed(self) -> Sequence[str] | None:
        """Return what the last delivery printed, in lines; None if unknown."""

    def say(self, line: str) -> None:
        """Tell a line about the whole."""

    def warn(self, line: str) -> None:
        """Tell what may be otherwise in production."""

    def show(self, response: Delivered) -> None:
        """Show the body of a response."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """Ways to deliver a sample event to a function; each returns whether it worked."""

    function: Function
    courier: Courier

    async def retry(self, sample: str, request: Request, attempts: int | None) -> bool:
        """Repeat a failed event by the function's policy, without waiting.

        `sample` is the name of the event's type.
        """
        policy = retry_policy(self.function, sample)
        say = self.courier.say
        say(policy.summary())
        if policy.is_assumed:
            self.courier.warn(
                "no file says whether failed events are retried; production drops them "
                "unless the function is deployed with retries"
            )
        most = attempts or MOST_ATTEMPTS
        statuses: list[int] = []
        number = 0
        for number, _, at in policy.attempts():  # read below
            if number > most:
                say(f"stopped after {most} attempts; production goes on")
                return False
            response = await self.courier.deliver(
                request_of_attempt(request, statuses),
                f"attempt {number} after {span(at)}",
                attempt=number,
                after_seconds=at,
            )
            statuses.append(response.status)
            if is_delivered(response.status):
                self.courier.show(response)
                say(f"delivered at attempt {number}")
                return True
        count = "1 attempt" if number == 1 else f"{number} attempts"
        say(f"not delivered: production gives up after {count}")
        return False

    async def duplicate(self, request: Request) -> bool:
        """Deliver an event twice, and tell what differs."""
        deliver = self.courier.deliver
        first = await deliver(request, "first delivery", attempt=1)
        printed = await self.courier.printed()
        second = await deliver(request, "second delivery", attempt=2)
        printed_again = await self.courier.printed()
        self.courier.show(second)
        found = differences(_compared(first), _compared(second))
        if printed is None or printed_again is None:
            self.courier.warn("what the function printed is not known")
            same = "no difference in status, headers and body"
        else:
            found += output_differences(printed, printed_again)
            same = "no difference in status, headers, body and output"
        for line in found or [same]:
            self.courier.say(line)
        return all(is_delivered(one.status) for one in (first, second))

    async def shuffle(
        self,
        request_for: Callable[[Inputs], Request],
        count: int,
        data: bytes | None,
        seed: int | None,
    ) -> bool:
        """Deliver events out of order; `seed` decides which, None a random one."""
        if seed is None:
            seed = random.randrange(10_000)  # noqa: S311 - no secret
        inputs = numbered_inputs(count, data)
        self.courier.say(f"order of seed {seed}")
        failed = 0
        for index in shuffled(count, seed):
            request = request_for(inputs[index])
            label = f"event {index + 1}"
            response = await self.courier.deliver(request, label, event=index + 1)
            failed += not is_delivered(response.status)
        self.courier.say(
            f"{failed} of {count} events failed" if failed else f"{count} delivered"
        )
        return not failed


def _compared(response: Delivered) -> tuple[int, Headers, bytes]:
    return response.status, response.headers, response.body
