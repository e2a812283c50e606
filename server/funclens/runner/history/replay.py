"""Sends a request of the history again, with identical bytes."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from funclens.errors import RunnerError
from funclens.runner.history.http_message import parse_message
from funclens.runner.http.origin import Origin

if TYPE_CHECKING:
    from funclens.runner.history.entry import Entry
    from funclens.runner.http.origin import Origins

__all__ = ["replay"]

_CHUNK = 65_536
_MOST_HEAD = 8_192
_REPORT_SECONDS = 10.0
"""Maximum seconds between the response and the worker's report."""
_STATUS = re.compile(rb"HTTP/[0-9.]+ ([0-9]{3})")


async def replay(entry: Entry, url: str, origins: Origins) -> str:
    """Send a request through the front door; return the new id when it is complete.

    Raises RunnerError if its bytes aren't known, or no function took it.
    """
    _check_is_whole(entry)
    origin = Origin("replay", replay_of=entry.id)
    recorded: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    def note(id_: str | None) -> None:
        if not recorded.done():
            recorded.set_result(id_)

    origin.on_entry = note
    parts = urlsplit(url)
    try:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except OSError as error:
        raise RunnerError(f"the runner does not answer at {url}: {error}") from error
    try:
        with origins.expect(writer.get_extra_info("sockname")[1], origin):
            head = await _exchange(reader, writer, entry.request)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    if not origin.was_taken:
        status = _STATUS.match(head)
        shown = status[1].decode() if status else "no response"
        raise RunnerError(
            f"no function took the request: {shown}",
            hint="the function was removed or renamed since",
        )
    with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
        id_ = await asyncio.wait_for(recorded, _REPORT_SECONDS)
        if id_ is not None:
            return id_
    raise RunnerError("the request was sent, but the history does not have it")


def _check_is_whole(entry: Entry) -> None:
    message = parse_message(entry.request, entry.request_size)
    if message is None:
        raise RunnerError("the request is not known")
    length = message.header("Content-Length") or ""
    expected = int(length) if length.isdecimal() and len(length) < 20 else 0
    if message.is_truncated or expected > len(message.body):
        raise RunnerError(
            f"the request can't be sent again: only {len(message.body):,} bytes of its "
            "body are known",
            hint="the history keeps 1 MiB of a body, of what was received of it",
        )


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes
) -> bytes:
    """Send bytes and read the whole response; return its beginning."""
    head = b""
    with contextlib.suppress(OSError):
        writer.write(data)
        while part := await reader.read(_CHUNK):
            head += part[: max(0, _MOST_HEAD - len(head))]
    return head
