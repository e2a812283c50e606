"""The requests of a runner, in memory: the last ones, up to a number and a size."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from funclens.runner.history.entry import Entry, Timing
from funclens.runner.history.redaction import Redaction
from funclens.runner.http.origin import Origins
from funclens.runner.tracing.tracing import Tracing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from funclens.runner.http.pending import PendingRequest
    from funclens.runner.processes.worker_reports import WorkerReport

__all__ = ["Follower", "History"]

MOST_BYTES = 64 * 1024 * 1024
"""Maximum size of all entries together."""

_MOST_FOLLOWED = 1_000
"""Maximum number of entries that wait for one follower."""

_OWN_FIELDS = ("taken", "first", "received", "sent", "exception")
"""Fields of a worker's report that only the history needs."""


class Follower:
    """Entries that one client has not received yet."""

    def __init__(self) -> None:
        self.is_closed = False
        self._entries: deque[Entry] = deque(maxlen=_MOST_FOLLOWED)
        self._wake = asyncio.Event()
        self._missed = 0

    def put(self, entry: Entry) -> None:
        """Add an entry; the oldest one is dropped if there are too many."""
        self._missed += len(self._entries) == _MOST_FOLLOWED
        self._entries.append(entry)
        self._wake.set()

    async def take(self) -> list[Entry]:
        """Wait for entries and return them; none when closed."""
        while not self._entries and not self.is_closed:
            self._wake.clear()
            await self._wake.wait()
        entries = [*self._entries]
        self._entries.clear()
        return entries

    def missed(self) -> int:
        """Return how many entries were dropped since the last time."""
        missed, self._missed = self._missed, 0
        return missed

    def close(self) -> None:
        """Wake the reader for the last time."""
        self.is_closed = True
        self._wake.set()


class History:
    """Records requests as they complete."""

    def __init__(self, most: int, redact: Iterable[str] = ()) -> None:
        """`most` is the maximum number of entries; 0 turns the history off."""
        self.prefix = os.urandom(4).hex()
        """Makes ids unique across runners."""
        self.tracing = Tracing(self.prefix)
        """Which request caused which."""
        self.origins = Origins()
        """What the runner itself sends."""
        self._entries: dict[str, Entry] = {}
        self._weights: dict[str, int] = {}
        self._size = 0
        self._followers: list[Follower] = []
        self.configure(most, redact)

    def configure(self, most: int, redact: Iterable[str]) -> None:
        """Apply settings."""
        self.redaction = Redaction(redact)
        self._most = most
        self.tracing.is_on = most > 0
        self._make_room()

    @property
    def most(self) -> int:
        """Maximum number of entries; 0 if the history is off."""
        return self._most

    @property
    def is_on(self) -> bool:
        return self._most > 0

    def entries(self) -> list[Entry]:
        """Return all entries, newest first."""
        return [*reversed(self._entries.values())]

    def find(self, id_: str) -> Entry | None:
        """Return the entry with an id."""
        return self._entries.get(id_)

    def follow(self) -> Follower:
        """Return a queue that gets each new entry until it is closed."""
        follower = Follower()
        self._followers.append(follower)
        return follower

    def unfollow(self, follower: Follower) -> None:
        """End a queue."""
        follower.close()
        self._followers.remove(follower)

    def completed(self, unit: str, report: WorkerReport) -> None:
        """Record what a worker reports; leave in the event what others get.

        Adds `request`, the id of the entry, to the event.
        """
        event, request = report.event, report.request
        own = {name: event.pop(name, None) for name in _OWN_FIELDS}
        entry: Entry | None = None
        if self.is_on and request is not None and own["taken"] is not None:
            entry = self._entry(unit, request, event)
            entry.request += report.received
            entry.request_size += own["received"]
            entry.response, entry.response_size = report.sent, own["sent"]
            entry.timing = _timing(request, own["taken"], own["first"], event)
            entry.output = event.get("output", "")
            entry.exception = own["exception"]
        if "output" in event and not (event.get("error") or event["status"] >= 500):
            del event["output"]
        self._finish(request, entry, event)

    def refused(
        self,
        unit: str,
        request: PendingRequest,
        event: dict[str, Any],
        response: bytes,
    ) -> None:
        """Record a request that the front door responded to, or cut off."""
        entry = None
        if self.is_on:
            entry = self._entry(unit, request, event)
            entry.response, entry.response_size = response, len(response)
            waited = request.handed - request.arrived if request.handed else 0.0
            since = max(0.0, request.seconds - waited)
            entry.timing = (
                Timing(loading=waited, function=since)
                if request.awaited_start
                else Timing(queued=waited, function=since)
            )
        self._finish(request, entry, event)

    def _entry(
        self, unit: str, request: PendingRequest, event: Mapping[str, Any]
    ) -> Entry:
        head, origin = request.head, request.origin
        return Entry(
            id=f"{self.prefix}-{request.number}",
            function=request.function,
            unit=unit,
            method=event["method"] or head.method,
            path=event["path"] or unquote(request.target.partition("?")[0]),
            query=event["query"] or request.target.partition("?")[2],
            status=event["status"] or 0,
            seconds=event["seconds"],
            at=round(time.time() - request.seconds, 6),
            request=head.data,
            request_size=len(head.data),
            response=b"",
            response_size=0,
            timing=Timing(),
            error=event.get("error"),
            kind=origin.kind,
            replay_of=origin.replay_of,
            delivery=origin.delivery,
            known_trace=request.trace,
        )

    def _finish(
        self,
        request: PendingRequest | None,
        entry: Entry | None,
        event: dict[str, Any],
    ) -> None:
        event["request"] = entry.id if entry is not None else None
        if entry is not None:
            self.add(entry)
        if request is not None and request.origin.on_entry is not None:
            request.origin.on_entry(event["request"])

    def add(self, entry: Entry) -> None:
        """Add a complete request; drop the oldest ones beyond the limits."""
        self._entries[entry.id] = entry
        self._weights[entry.id] = weight = entry.weight
        self._size += weight
        self._make_room()
        for follower in self._followers:
            follower.put(entry)

    def _make_room(self) -> None:
        while self._entries and (
            len(self._entries) > self._most or self._size > MOST_BYTES
        ):
            oldest = next(iter(self._entries))
            del self._entries[oldest]
            self._size -= self._weights.pop(oldest)


def _timing(
    request: PendingRequest, taken: float, first: float | None, event: Mapping[str, Any]
) -> Timing:
    waited = max(0.0, taken - request.arrived)
    loading = waited if request.awaited_start else 0.0
    seconds = event["seconds"]
    function = seconds if first is None else min(first, seconds)
    return Timing(waited - loading, loading, function, max(0.0, seconds - function))
