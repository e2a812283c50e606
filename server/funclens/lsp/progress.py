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
    token = str(uuid.uuid4())
    begun = asyncio.ensure_future(_begin(server, token, title))
    try:
        yield
    finally:
        if begun.done():
            end = types.WorkDoneProgressEnd()
            server.progress(types.ProgressParams(token=token, value=end))
        else:
            begun.cancel()


async def _begin(server: LanguageServer, token: str, title: str) -> None:
    params = types.WorkDoneProgressCreateParams(token=token)
    with contextlib.suppress(JsonRpcException):
        await server.window_work_done_progress_create_async(params)
        begin = types.WorkDoneProgressBegin(title=title)
        server.progress(types.ProgressParams(token=token, value=begin))
