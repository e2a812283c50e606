"""The runner's own routes: page, live changes, control and listing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from funclens.runner.api.control import Control
from funclens.runner.api.log_routes import LogRoutes
from funclens.runner.api.permission import Permission
from funclens.runner.api.receiving.trace_routes import TraceRoutes
from funclens.runner.api.request_routes import RequestRoutes
from funclens.runner.background import in_thread
from funclens.runner.history.recent_output import RecentOutput
from funclens.runner.http.responses import internal_error, json_response

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from funclens.runner.changes import PendingChanges
    from funclens.runner.events import EventBus
    from funclens.runner.front_door import OwnRequest
    from funclens.runner.history.history import History
    from funclens.runner.http.replies import Replies
    from funclens.runner.page.last_responses import LastResponses
    from funclens.runner.page.live import LivePage
    from funclens.runner.units.pool import WorkerPool

__all__ = ["OwnRoutes"]


class OwnRoutes:
    """Handles the requests that the front door queues for the runner."""

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
        history: History,
    ) -> None:
        permission = Permission(token)
        self._url = url
        self._pool = pool
        self._last_responses = last_responses
        self._replies = replies
        self._control = Control(
            url=url,
            token=token,
            permission=permission,
            pool=pool,
            changes=changes,
            stopping=stopping,
            bus=bus,
            replies=replies,
        )
        self._history = RequestRoutes(history, url, permission, replies)
        self._traces = TraceRoutes(history.tracing, permission, replies)
        recent = RecentOutput()
        bus.attach(recent)
        self._logs = LogRoutes(recent, bus, permission, replies)
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
        """Respond to one request; `listing` returns the functions when needed.

        Raises an unexpected error after the client got a response for it.
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
        elif path == "/openapi.json":
            value = await in_thread(self._openapi)
            response = json_response(value)
            self._replies.send(connection, response.encode(head.method))
        elif path == "/logs":
            await self._logs.answer(head, connection)
        elif self._history.has(path):
            await self._history.answer(path, head, connection)
        elif self._traces.has(path):
            await self._traces.answer(head, connection)
        else:
            await self._control.answer(path, head, connection)

    def _state(self) -> dict[str, Any]:
        """Return the state of the units and the results of the last requests."""
        responses = self._last_responses.all()
        return {
            "url": self._url,
            "units": [status.to_json() for status in self._pool.statuses],
            "answers": {id_: item.to_json() for id_, item in responses.items()},
        }

    def _openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document; called in a thread, as it reads files."""
        # Few runners are asked for it.
        from funclens.requests.openapi import openapi_document  # noqa: PLC0415
        from funclens.requests.source_hints import source_code, source_hints  # noqa: PLC0415

        functions = self._pool.catalog.functions
        return openapi_document(functions, source_hints, source_code, url=self._url)

    async def _live_page(self) -> LivePage:
        """Return the page, importing it when it is first shown."""
        if self._page is None:
            module = await in_thread(
                importlib.import_module, "funclens.runner.page.live"
            )
            self._page = module.LivePage(**self._page_parts)
        return self._page
