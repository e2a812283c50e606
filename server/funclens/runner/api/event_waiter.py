"""Wait for events of a runner about a unit or a function."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from funclens.errors import RunnerError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from funclens.runner.api.client import RunnerClient

    Event = Mapping[str, Any]

__all__ = ["EventWaiter", "following"]

_BEGIN_SECONDS = 10.0


class EventWaiter:
    """Futures of expected events."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._expected: dict[asyncio.Future[Event], Callable[[Event], bool]] = {}

    def expect(
        self,
        name: str,
        accept: Callable[[Event], bool] | None = None,
        **fields: Any,
    ) -> asyncio.Future[Event]:
        """Return a future of the next event with this name and these fields.

        `accept` can add a condition. If the runner ends first, the result is the
        `stopped` event.
        """

        def fits(event: Event) -> bool:
            return (
                event.get("event") == name
                and fields.items() <= event.items()
                and (accept is None or accept(event))
            )

        future: asyncio.Future[Event] = self._loop.create_future()
        self._expected[future] = fits
        future.add_done_callback(lambda done: self._expected.pop(done, None))
        return future

    def put(self, event: Event) -> None:
        """Resolve the futures that expect this event."""
        is_over = event.get("event") == "stopped"
        for future, fits in list(self._expected.items()):
            if not future.done() and (is_over or fits(event)):
                future.set_result(event)


@contextlib.asynccontextmanager
async def following(client: RunnerClient) -> AsyncIterator[EventWaiter]:
    """Subscribe to a runner's events for the block, including the first one."""
    waiter = EventWaiter()
    begun = waiter.expect("snapshot")
    task = asyncio.create_task(_follow(client, waiter))
    try:
        with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
            await asyncio.wait_for(begun, _BEGIN_SECONDS)
        yield waiter
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _follow(client: RunnerClient, waiter: EventWaiter) -> None:
    with contextlib.suppress(RunnerError):
        async for event in client.events():
            waiter.put(event)
    waiter.put({"event": "stopped"})
