"""What a runner answers itself: the page, its changes, control, and the listing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from funclens.runner.api.control import Control
from funclens.runner.background import in_thread
from funclens.runner.http.responses import internal_error, json_response

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from funclens.runner.changes import PendingChanges
    from funclens.runner.events import EventBus
    from funclens.runner.front_door import OwnRequest
    from funclens.runner.http.replies import Replies
    from funclens.runner.page.last_responses import LastResponses
    from funclens.runner.page.live import LivePage
    from funclens.runner.units.pool import WorkerPool

__all__ = ["OwnRoutes"]


class OwnRoutes:
    """Answers the requests that the front door keeps for the runner."""

    def __init__(
        self,
        *,
        url: str,
        token: str,
        folders: tuple[str, ...],
        pool: WorkerPool,
        changes: PendingChanges,
        stopping: asyncio.Event,
        last_responses: LastResponses,
        bus: EventBus,
        replies: Replies,
    ) -> None:
        self._url = url
        self._pool = pool
        self._last_responses = last_responses
        self._replies = replies
        self._control = Control(
            url=url,
            token=token,
            pool=pool,
            changes=changes,
            stopping=stopping,
            bus=bus,
            replies=replies,
        )
        self._page: LivePage | None = None
        self._page_parts = {
            "url": url,
            "folders": folders,
            "pool": pool,
            "last_responses": last_responses,
            "bus": bus,
            "replies": replies,
        }

    async def answer(
        self, request: OwnRequest, listing: Callable[[], Awaitable[dict[str, Any]]]
    ) -> None:
        """Answer one request; `listing` is called when the functions are asked for.

        Raises what went wrong after the client got a response that says so.
        """
        try:
            await self._answer(request, listing)
        except Exception as error:
            if request.connection.fileno() >= 0:  # nothing was sent yet
                problem = internal_error(request.head, error)
                self._replies.answer(request.head, request.connection, problem)
            raise

    async def _answer(
        self, request: OwnRequest, listing: Callable[[], Awaitable[dict[str, Any]]]
    ) -> None:
        path, head, connection = request.path, request.head, request.connection
        if path in {"", "/"} and head.wants_html:
            await (await self._live_page()).show(head, connection)
        elif path == "/live":
            await (await self._live_page()).follow(connection)
        elif path in {"", "/", "/functions"}:
            value = {**await listing(), "runner": self._state()}
            response = json_response(value)
            self._replies.send(connection, response.encode(head.method))
        else:
            await self._control.answer(path, head, connection)

    def _state(self) -> dict[str, Any]:
        """Return how the units are, and how the last requests ended."""
        responses = self._last_responses.all()
        return {
            "url": self._url,
            "units": [status.to_json() for status in self._pool.statuses],
            "answers": {id_: item.to_json() for id_, item in responses.items()},
        }

    async def _live_page(self) -> LivePage:
        """Return the page; what it needs is imported when somebody looks at it."""
        if self._page is None:
            module = await in_thread(
                importlib.import_module, "funclens.runner.page.live"
            )
            self._page = module.LivePage(**self._page_parts)
        return self._page
