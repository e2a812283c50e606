"""Makes entries of the history from what front door and workers know. Pure.

A worker's `capture` of a request is a list: the monotonic time at which it was taken,
seconds until the first byte of the response or None, the number of bytes received after
those of the front door, the number of bytes sent, and what the request printed.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from funclens.runner.history.entry import Entry, Timing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from funclens.runner.http.pending import PendingRequest

__all__ = ["add_capture", "entry_of", "waited"]


_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")


class _Clock:
    """Converts monotonic times so that their order stays."""

    def __init__(self) -> None:
        self._offset = 0.0

    def time_of(self, monotonic: float) -> float:
        """Return a time in seconds since the epoch."""
        offset = time.time() - time.monotonic()
        if abs(offset - self._offset) > _MOST_DRIFT:  # set, or the machine slept
            self._offset = offset
        return round(monotonic + self._offset, 6)


_MOST_DRIFT = 0.05
_CLOCK = _Clock()


def entry_of(
    prefix: str, unit: str, request: PendingRequest, event: Mapping[str, Any]
) -> Entry:
    """Return the entry of a request as the front door knows it."""
    head, origin = request.head, request.origin
    path, _, query = request.target.partition("?")
    return Entry(
        id=f"{prefix}-{request.number}",
        function=request.function,
        unit=unit,
        method=event["method"] or head.method,
        path=event["path"] or unquote(path),
        query=event["query"] or query,
        status=event["status"] or 0,
        seconds=event["seconds"],
        at=_CLOCK.time_of(request.arrived),
        request=head.data,
        request_size=len(head.data),
        response=b"",
        response_size=0,
        timing=Timing(function=event["seconds"]),
        output=event.get("output", ""),
        error=event.get("error"),
        kind=origin.kind,
        replay_of=origin.replay_of,
        delivery=origin.delivery,
        known_trace=request.trace,
    )


def add_capture(
    entry: Entry,
    request: PendingRequest,
    capture: Sequence[Any],
    received: bytes,
    sent: bytes,
) -> None:
    """Add what the worker has recorded."""
    taken, first, received_size, sent_size, output = capture
    entry.request += received
    entry.request_size += received_size
    entry.response, entry.response_size = sent, sent_size
    entry.output = output
    found = None if entry.status else _STATUS.match(sent)
    if found is not None:  # the worker's server refused it, so no function did
        entry.status = int(found[1])
    waiting = max(0.0, taken - request.arrived)
    loading = waiting if request.awaited_start else 0.0
    function = entry.seconds if first is None else min(first, entry.seconds)
    entry.timing = Timing(
        waiting - loading, loading, function, max(0.0, entry.seconds - function)
    )


def waited(request: PendingRequest) -> Timing:
    """Return where the time of a request went that the front door responded to."""
    waiting = request.handed - request.arrived if request.handed else 0.0
    since = max(0.0, request.seconds - waiting)
    if request.awaited_start:
        return Timing(loading=waiting, function=since)
    return Timing(queued=waiting, function=since)
