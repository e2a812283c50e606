"""Requests whose worker is too busy to report at once what it has recorded."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from funclens.runner.http.pending import PendingRequest

    Uncaptured = tuple[str, PendingRequest, dict[str, Any]]
    """Unit, a complete request without its bytes, and what its worker has reported."""

__all__ = ["UncapturedRequests"]

_WAIT_SECONDS = 8.0
"""Maximum seconds to wait for a busy worker."""


class UncapturedRequests:
    """Keeps the last of these requests by number; adding one costs next to nothing."""

    def __init__(self) -> None:
        self._waiting: dict[int, Uncaptured] = {}
        self._arrivals: dict[int, asyncio.Future[None]] = {}
        """What somebody waits for, by number."""

    def add(self, item: Uncaptured, most: int) -> int:
        """Add a request; return how many are dropped because there are too many."""
        waiting = self._waiting
        waiting[item[1].number] = item
        if len(waiting) <= most:
            return 0
        beyond = len(waiting) - most
        for _ in range(beyond):
            self.take(next(iter(waiting)))
        return beyond

    def take(self, number: int) -> Uncaptured | None:
        """Return and drop the request with a number."""
        if self._arrivals:
            arrival = self._arrivals.pop(number, None)
            if arrival is not None and not arrival.done():
                arrival.set_result(None)
        return self._waiting.pop(number, None)

    def take_older(self, seconds: float) -> list[Uncaptured]:
        """Return and drop requests that completed so long ago."""
        old = []
        for number, item in [*self._waiting.items()]:
            _, request, event = item
            if request.seconds - event["seconds"] < seconds:
                break
            old.append(item)
            self.take(number)
        return old

    def clear(self) -> int:
        """Drop all requests; return how many there were."""
        waiting = [*self._waiting]
        for number in waiting:
            self.take(number)
        return len(waiting)

    async def wait(self, number: int) -> Uncaptured | None:
        """Wait until a request is taken; return it if that takes too long.

        It is not taken then: its worker may still report it.
        """
        if number not in self._waiting:
            return None
        arrival = self._arrivals.get(number)
        if arrival is None:
            arrival = asyncio.get_running_loop().create_future()
            self._arrivals[number] = arrival
        with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.shield(arrival), _WAIT_SECONDS)
        return self._waiting.get(number)
