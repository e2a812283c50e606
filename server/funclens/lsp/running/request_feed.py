"""Follows the runner's history of requests, for clients that show it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Protocol

from funclens.errors import RunnerError
from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

__all__ = ["REQUESTS_CHANGED", "HistoryReader", "RequestFeed", "summary_json"]

log = logging.getLogger(__name__)

REQUESTS_CHANGED = "funclens/requestsChanged"

_MOST = 500
"""Number of requests that are kept; the runner's default, too."""
_LONGEST = 1_000
"""Characters of a path or a query in the list."""
_WINDOW_SECONDS = 0.1
"""Requests that complete within this time are sent together."""


class HistoryReader(Protocol):
    """Access to the history of a runner."""

    async def requests(self, query: str = "") -> Mapping[str, Any]:
        """Return the last requests, newest first, in the field `requests`."""

    def new_requests(self) -> AsyncIterator[Mapping[str, Any] | None]:
        """Yield each request as it completes; None first, when it is being followed.

        Deleted ones are `ids`, a list, or None for all.
        """


class RequestFeed:
    """Keeps the last requests of a runner, and sends new ones in batches."""

    def __init__(self, notify: Callable[[str, Any], None]) -> None:
        self._notify = notify
        self._requests: dict[str, dict[str, Any]] = {}
        """By id, oldest first."""
        self._new: list[dict[str, Any]] = []
        self._is_wanted = False
        self._task: asyncio.Task[None] | None = None
        self._window: asyncio.TimerHandle | None = None

    def all(self) -> list[dict[str, Any]]:
        """Return all requests, newest first, and start sending new ones."""
        self._is_wanted = True
        self._new.clear()
        return [*reversed(self._requests.values())]

    def follow(self, reader: HistoryReader) -> None:
        """Follow another runner, whose requests take the place of the last one's."""
        self.stop()
        self._task = asyncio.ensure_future(self._follow(reader))

    def stop(self) -> None:
        """Forget the requests: their runner has ended."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._window is not None:
            self._window.cancel()
            self._window = None
        self._new.clear()
        if self._requests:
            self._requests.clear()
            self._reset()

    async def _follow(self, reader: HistoryReader) -> None:
        try:
            async for summary in reader.new_requests():
                if summary is None:
                    await self._load(reader)
                elif "ids" in summary:
                    self._remove(summary["ids"])
                else:
                    self._add(summary_json(summary))
        except RunnerError as error:
            log.info("Following the requests of the runner ended: %s", error)

    async def _load(self, reader: HistoryReader) -> None:
        found = (await reader.requests(f"limit={_MOST}")).get("requests") or []
        for summary in reversed(found):
            self._keep(summary_json(summary))
        if self._requests:
            self._reset()

    def _add(self, summary: dict[str, Any]) -> None:
        if summary == self._requests.get(summary["id"]):
            return
        self._keep(summary)
        if not self._is_wanted:
            return
        self._new.append(summary)
        if self._window is None:
            self._flush()

    def _remove(self, ids: list[str] | None) -> None:
        for id_ in [*self._requests] if ids is None else ids:
            self._requests.pop(id_, None)
        self._new = [item for item in self._new if item["id"] in self._requests]
        self._reset()

    def _keep(self, summary: dict[str, Any]) -> None:
        self._requests.pop(summary["id"], None)
        self._requests[summary["id"]] = summary
        if len(self._requests) > _MOST:
            del self._requests[next(iter(self._requests))]

    def _flush(self) -> None:
        """Send what is new, and what follows closely together."""
        self._window = None
        new, self._new = self._new[-_MOST:], []
        if new:
            requests = [*reversed(new)]
            self._notify(REQUESTS_CHANGED, {"reset": False, "requests": requests})
            loop = asyncio.get_running_loop()
            self._window = loop.call_later(_WINDOW_SECONDS, self._flush)

    def _reset(self) -> None:
        if self._is_wanted:
            requests = [*reversed(self._requests.values())]
            self._notify(REQUESTS_CHANGED, {"reset": True, "requests": requests})


def summary_json(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request of the list as clients get it; unknown fields are left out."""
    return {
        "id": str(summary["id"]),
        "function": str(summary.get("function") or ""),
        "unit": str(summary.get("unit") or ""),
        "method": _shown(summary.get("method")),
        "path": _shown(summary.get("path")),
        "query": _shown(summary.get("query")),
        "status": summary.get("status") or 0,
        "seconds": summary.get("seconds"),
        "received_at": str(summary.get("received_at") or ""),
        "failed": bool(summary.get("failed")),
        "origin": str(summary.get("origin") or "request"),
        "trace_id": summary.get("trace_id"),
        "span_id": summary.get("span_id"),
        "parent_id": summary.get("parent_id"),
    }


def _shown(text: object) -> str:
    return printable(str(text or "")[:_LONGEST])
