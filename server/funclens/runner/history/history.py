"""The requests of a runner, in memory: the last ones, up to a number and a size."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import deque
from typing import TYPE_CHECKING, Any

from funclens.errors import FunclensError
from funclens.runner.background import in_thread
from funclens.runner.history.follower import Follower, Removed
from funclens.runner.history.masking.redaction import Redaction
from funclens.runner.history.recording import add_capture, entry_of, waited
from funclens.runner.history.uncaptured import UncapturedRequests
from funclens.runner.http.origin import Origins
from funclens.runner.tracing.tracing import Tracing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from funclens.runner.events import EventBus
    from funclens.runner.history.entry import Entry
    from funclens.runner.history.history_file import HistoryFile
    from funclens.runner.history.uncaptured import Uncaptured

    _Unbuilt = tuple[Uncaptured, list[Any], bytes, bytes]
    """A request, a worker's `capture` of it, and what it received and sent."""
    from funclens.runner.http.pending import PendingRequest
    from funclens.runner.processes.worker_reports import WorkerReport
    from funclens.settings import Settings

__all__ = ["History"]

MOST_BYTES = 64 * 1024 * 1024
"""Maximum size of all entries together."""

_MOST_UNBUILT = 16 * 1024 * 1024
"""Maximum size of what isn't an entry yet."""

_LATEST_SECONDS = 10.0
"""Seconds after which a busy worker is not waited for any more."""


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
        self.skipped = 0
        """Number of requests that came too fast to be kept."""
        self._entries: dict[str, Entry] = {}
        self._weights: dict[str, int] = {}
        self._size = 0
        self._uncaptured = UncapturedRequests()
        self._unbuilt: deque[_Unbuilt] = deque()
        """Complete requests of busy workers, whose entries nobody has read yet."""
        self._unbuilt_size = 0
        self._followers: list[Follower] = []
        self._file: HistoryFile | None = None
        self.configure(most, redact)

    async def begin(self, settings: Settings, path: str | None, bus: EventBus) -> None:
        """Apply settings, and keep entries in a file; warn if that is not possible."""
        self.configure(settings.history, settings.redact)
        if path is None or not self.is_on:
            return
        loop = asyncio.get_running_loop()

        def warn(error: FunclensError) -> None:
            self._file = None
            bus.publish("warning", message=str(error), hint=error.hint)

        def fail(error: FunclensError) -> None:
            with contextlib.suppress(RuntimeError):  # the runner has stopped
                loop.call_soon_threadsafe(warn, error)

        try:
            self._file, entries = await in_thread(_opened, path, fail, self._most)
        except ImportError:
            warn(FunclensError("--history needs a Python with the module sqlite3"))
        except FunclensError as error:
            warn(error)
        else:
            for entry in entries:
                self._insert(entry)

    async def close(self) -> None:
        """Write what isn't written yet."""
        if self._file is not None:
            await in_thread(self._file.close)

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
        self._build()
        for item in self._uncaptured.take_older(_LATEST_SECONDS):
            self.add(self._without_capture(item))
        return sorted(self._entries.values(), key=lambda entry: entry.at, reverse=True)

    async def find(self, id_: str) -> Entry | None:
        """Return the entry with an id; wait for a worker that has a part of it."""
        prefix, _, number = id_.partition("-")
        if prefix == self.prefix and number.isdecimal() and len(number) < 20:
            late = await self._uncaptured.wait(int(number))
            if late is not None:
                return self._without_capture(late)
        self._build()
        return self._entries.get(id_)

    def follow(self) -> Follower:
        """Return a queue that gets each new entry until it is closed."""
        self._build()
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
        exception, capture = event.pop("exception", None), event.pop("capture", None)
        if request is None or not self.is_on:
            event["request"] = None
        elif capture is None:
            event["request"] = f"{self.prefix}-{request.number}"
            self.skipped += self._uncaptured.add((unit, request, event), self._most)
        else:
            entry = entry_of(self.prefix, unit, request, event)
            add_capture(entry, request, capture, report.received, report.sent)
            entry.exception = exception
            event["request"] = entry.id
            self.add(entry)
        _note(request, event)
        self._export(unit, request, event)

    def captured(self, report: WorkerReport) -> None:
        """Record what a worker was too busy to report with the request."""
        at = 0
        for number, *capture, received, sent in report.event["items"]:
            middle, end = at + received, at + received + sent
            item = self._uncaptured.take(number)
            if item is not None:
                parts = report.received[at:middle], report.received[middle:end]
                self._unbuilt.append((item, capture, *parts))
                self._unbuilt_size += received + sent
            at = end
        while len(self._unbuilt) > self._most:
            _, _, first, second = self._unbuilt.popleft()
            self._unbuilt_size -= len(first) + len(second)
        if self._followers or self._file or self._unbuilt_size > _MOST_UNBUILT:
            self._build()

    def _build(self) -> None:
        """Make the entries that nobody has needed until now."""
        unbuilt, self._unbuilt, self._unbuilt_size = self._unbuilt, deque(), 0
        for item, capture, received, sent in unbuilt:
            entry = self._without_capture(item)
            add_capture(entry, item[1], capture, received, sent)
            self.add(entry)

    def refused(
        self,
        unit: str,
        request: PendingRequest,
        event: dict[str, Any],
        response: bytes,
    ) -> None:
        """Record a request that the front door responded to, or cut off."""
        event["request"] = None
        if self.is_on:
            entry = entry_of(self.prefix, unit, request, event)
            entry.response, entry.response_size = response, len(response)
            entry.timing = waited(request)
            event["request"] = entry.id
            self.add(entry)
        _note(request, event)
        self._export(unit, request, event)

    def add(self, entry: Entry) -> None:
        """Add a complete request; drop the oldest ones beyond the limits."""
        if self._file is not None:
            self._file.add(entry, self.redaction)
        self._insert(entry)
        for follower in self._followers:
            follower.put(entry)

    def remove(self, ids: Iterable[str]) -> int:
        """Delete entries, from the file too; return how many there were."""
        known = tuple(id_ for id_ in ids if id_ in self._entries)
        for id_ in known:
            self._forget(id_)
        if known:
            self._tell(Removed(known))
        return len(known)

    def clear(self) -> int:
        """Delete all entries, from the file too; return how many there were."""
        count = self._uncaptured.clear() + len(self._entries)
        for id_ in [*self._entries]:
            self._forget(id_)
        self._tell(Removed(None))
        return count

    def _tell(self, removed: Removed) -> None:
        for follower in self._followers:
            follower.put(removed)

    def _insert(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        self._weights[entry.id] = weight = entry.weight
        self._size += weight
        self._make_room()

    def _export(
        self, unit: str, request: PendingRequest | None, event: Mapping[str, Any]
    ) -> None:
        """Send a span for a request to the collector, if there is one."""
        if self.tracing.exporter is not None and request is not None:
            entry = entry_of(self.prefix, unit, request, event)
            self.tracing.exporter.add(entry.span)

    def _without_capture(self, item: Uncaptured) -> Entry:
        return entry_of(self.prefix, *item)

    def _make_room(self) -> None:
        while self._entries and (
            len(self._entries) > self._most or self._size > MOST_BYTES
        ):
            self._forget(next(iter(self._entries)))

    def _forget(self, id_: str) -> None:
        del self._entries[id_]
        self._size -= self._weights.pop(id_)
        if self._file is not None:
            self._file.remove(id_)


def _opened(
    path: str, on_error: Callable[[FunclensError], None], most: int
) -> tuple[HistoryFile, list[Entry]]:
    """Open a file and return its entries. Raises RunnerError."""
    # Few runners have a file, and some Pythons have no sqlite3.
    from funclens.runner.history.history_file import HistoryFile  # noqa: PLC0415

    file = HistoryFile(path, on_error)
    return file, file.load(most)


def _note(request: PendingRequest | None, event: dict[str, Any]) -> None:
    """Tell the sender of a request its id, if the runner itself sent it."""
    if request is not None and request.origin.on_entry is not None:
        request.origin.on_entry(event["request"])
