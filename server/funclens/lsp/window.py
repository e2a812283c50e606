"""User interface of the client outside documents: messages, progress, locations."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import uuid
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from pygls.lsp.server import LanguageServer

    from funclens.features import ClientProfile

__all__ = ["Window"]

log = logging.getLogger(__name__)


class Window:
    """Shows things in the client, depending on its capabilities."""

    def __init__(self, server: LanguageServer, profile: ClientProfile) -> None:
        self._server = server
        self._profile = profile
        self._said: set[str] = set()
        self._work: set[asyncio.Task[Any]] = set()

    def say(self, message: str, kind: types.MessageType) -> None:
        params = types.ShowMessageParams(type=kind, message=message)
        self._server.window_show_message(params)

    def warn_once(self, message: str) -> None:
        """Show a warning unless it was shown before."""
        if message not in self._said:
            self._said.add(message)
            self.say(message, types.MessageType.Warning)

    def log_once(self, message: str) -> None:
        """Log a warning unless it was logged before."""
        if message not in self._said:
            self._said.add(message)
            log.warning("%s", message)

    def report(self, what: str, error: Exception) -> None:
        """Report a failure that doesn't stop anything else, once."""
        log.error("%s failed", what, exc_info=error)
        message = f"{what} failed: {type(error).__name__}: {error}"
        params = types.LogMessageParams(types.MessageType.Error, message)
        self._server.window_log_message(params)
        self.warn_once(
            f"{message}. Funclens keeps the last results; see its log for details."
        )

    def notify(self, method: str, params: Any) -> None:
        """Send a custom notification."""
        self._server.protocol.notify(method, params)

    async def show(self, uri: str, selection: types.Range, otherwise: str) -> None:
        """Show a location in a file, or `otherwise` if the client can't."""
        if self._profile.show_document:
            params = types.ShowDocumentParams(uri, take_focus=True, selection=selection)
            await self._server.window_show_document_async(params)
        else:
            self.say(otherwise, types.MessageType.Info)

    async def open(self, url: str, otherwise: str) -> None:
        """Open a URL in a browser, or show `otherwise` if the client can't."""
        if self._profile.show_document:
            params = types.ShowDocumentParams(url, external=True)
            await self._server.window_show_document_async(params)
        else:
            self.say(otherwise, types.MessageType.Info)

    def hold(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine in the background; a failure is logged."""
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[Any]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.info("%s", error)

    @contextlib.asynccontextmanager
    async def cancellation(
        self, token: str, on_cancel: Callable[[], None]
    ) -> AsyncIterator[Callable[[str], None]]:
        """Let the client cancel the block with a token of its own, without progress."""
        _listen(self._server, token, on_cancel)
        try:
            yield _show_nothing
        finally:
            self._server.work_done_progress.tokens.pop(token, None)

    @contextlib.asynccontextmanager
    async def progress(
        self, title: str, on_cancel: Callable[[], None] | None = None
    ) -> AsyncIterator[Callable[[str], None]]:
        """Show `title` while the block runs; the value shows a message below it.

        With `on_cancel`, people can cancel it. Avoids flicker: nothing is shown if the
        block ends before the client is ready.
        """
        if not self._profile.progress:
            yield _show_nothing
            return
        report = _Report(self._server, title, on_cancel)
        task = asyncio.ensure_future(report.begin())
        try:
            yield report.say
        finally:
            report.end()
            del task


def _show_nothing(_message: str) -> None:
    return


def _listen(server: LanguageServer, token: str, on_cancel: Callable[[], None]) -> None:
    """Have `on_cancel` called once; pygls cancels the future of a token."""
    future: concurrent.futures.Future[None] = concurrent.futures.Future()
    future.add_done_callback(lambda _: on_cancel())
    server.work_done_progress.tokens[token] = future


class _Report:
    def __init__(
        self, server: LanguageServer, title: str, on_cancel: Callable[[], None] | None
    ) -> None:
        self._server = server
        self._title = title
        self._token = str(uuid.uuid4())
        self._on_cancel = on_cancel
        self._has_begun = False
        self._is_over = False

    async def begin(self) -> None:
        """Create the progress in the client and wait for its response."""
        params = types.WorkDoneProgressCreateParams(token=self._token)
        with contextlib.suppress(JsonRpcException):
            await self._server.window_work_done_progress_create_async(params)
            if not self._is_over:
                self._has_begun = True
                can_cancel = self._on_cancel is not None
                if self._on_cancel is not None:
                    _listen(self._server, self._token, self._on_cancel)
                self._send(
                    types.WorkDoneProgressBegin(
                        title=self._title, cancellable=can_cancel or None
                    )
                )

    def say(self, message: str) -> None:
        """Show what is being done."""
        if self._has_begun and not self._is_over:
            self._send(types.WorkDoneProgressReport(message=message))

    def end(self) -> None:
        self._is_over = True
        self._server.work_done_progress.tokens.pop(self._token, None)
        if self._has_begun:
            self._send(types.WorkDoneProgressEnd())

    def _send(
        self,
        value: types.WorkDoneProgressBegin
        | types.WorkDoneProgressReport
        | types.WorkDoneProgressEnd,
    ) -> None:
        self._server.progress(types.ProgressParams(token=self._token, value=value))
