"""What a person sees of the server beside documents: messages, progress, places."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    from pygls.lsp.server import LanguageServer

    from funclens.features import ClientProfile

__all__ = ["Window"]

log = logging.getLogger(__name__)


class Window:
    """Shows things in the client, by what it can show."""

    def __init__(self, server: LanguageServer, profile: ClientProfile) -> None:
        self._server = server
        self._profile = profile
        self._said: set[str] = set()
        self._work: set[asyncio.Task[Any]] = set()

    def say(self, message: str, kind: types.MessageType) -> None:
        """Show a message."""
        params = types.ShowMessageParams(type=kind, message=message)
        self._server.window_show_message(params)

    def warn_once(self, message: str) -> None:
        """Show a warning that was not shown before."""
        if message not in self._said:
            self._said.add(message)
            self.say(message, types.MessageType.Warning)

    def log_once(self, message: str) -> None:
        """Log a warning that was not logged before."""
        if message not in self._said:
            self._said.add(message)
            log.warning("%s", message)

    def report(self, what: str, error: Exception) -> None:
        """Report, once to the person, that something failed and the rest goes on."""
        log.error("%s failed", what, exc_info=error)
        message = f"{what} failed: {type(error).__name__}: {error}"
        params = types.LogMessageParams(types.MessageType.Error, message)
        self._server.window_log_message(params)
        self.warn_once(
            f"{message}. Funclens keeps the last results; see its log for details."
        )

    def notify(self, method: str, params: Any) -> None:
        """Send a notification of ours."""
        self._server.protocol.notify(method, params)

    async def show(self, uri: str, selection: types.Range, otherwise: str) -> None:
        """Show a place in a file; a client that can't shows `otherwise`."""
        if self._profile.show_document:
            params = types.ShowDocumentParams(uri, take_focus=True, selection=selection)
            await self._server.window_show_document_async(params)
        else:
            self.say(otherwise, types.MessageType.Info)

    async def open(self, url: str, otherwise: str) -> None:
        """Open a URL in a browser; a client that can't shows `otherwise`."""
        if self._profile.show_document:
            params = types.ShowDocumentParams(url, external=True)
            await self._server.window_show_document_async(params)
        else:
            self.say(otherwise, types.MessageType.Info)

    def hold(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something whose end nobody waits for; a failure is logged."""
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[Any]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.info("%s", error)

    @contextlib.asynccontextmanager
    async def progress(self, title: str) -> AsyncIterator[None]:
        """Show `title` for as long as the block runs.

        Nothing flickers: what is over before the client has made room is not shown.
        """
        if not self._profile.progress:
            yield
            return
        report = _Report(self._server, title)
        task = asyncio.ensure_future(report.begin())
        try:
            yield
        finally:
            report.end()
            del task


class _Report:
    def __init__(self, server: LanguageServer, title: str) -> None:
        self._server = server
        self._title = title
        self._token = str(uuid.uuid4())
        self._has_begun = False
        self._is_over = False

    async def begin(self) -> None:
        """Have the client make room; its response is awaited in every case."""
        params = types.WorkDoneProgressCreateParams(token=self._token)
        with contextlib.suppress(JsonRpcException):
            await self._server.window_work_done_progress_create_async(params)
            if not self._is_over:
                self._has_begun = True
                self._send(types.WorkDoneProgressBegin(title=self._title))

    def end(self) -> None:
        self._is_over = True
        if self._has_begun:
            self._send(types.WorkDoneProgressEnd())

    def _send(
        self, value: types.WorkDoneProgressBegin | types.WorkDoneProgressEnd
    ) -> None:
        self._server.progress(types.ProgressParams(token=self._token, value=value))
