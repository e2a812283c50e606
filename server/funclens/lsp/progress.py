"""Shows the client that something takes its time, where it can show that."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pygls.lsp.server import LanguageServer

__all__ = ["progress"]


@contextlib.asynccontextmanager
async def progress(
    server: LanguageServer, title: str, *, shown: bool
) -> AsyncIterator[None]:
    """Show `title` for as long as the block runs.

    Nothing flickers: what is over before the client has made room is not shown.
    """
    if not shown:
        yield
        return
    report = _Report(server, title)
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
        """Have the client make room; its answer is waited for in every case."""
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
