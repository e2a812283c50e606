"""HTTP listener for emulators that post events, each to the path of its trigger."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import h11

from funclens.dataclass import dataclass
from funclens.runner.emulators.read_request import read_request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["PostedEvent", "TriggerListener"]

_LARGEST = 32 * 1024 * 1024
"""Maximum size of an event in bytes; documents have at most 1 MiB."""


@dataclass(frozen=True, slots=True)
class PostedEvent:
    """A request of an emulator."""

    trigger: str
    """Last part of its path."""
    headers: tuple[tuple[str, str], ...]
    """Names in lower case."""
    body: bytes

    def header(self, name: str) -> str:
        """Return a header; empty if it is missing."""
        return next((value for key, value in self.headers if key == name), "")


class TriggerListener:
    """Listens on a free port of this machine."""

    def __init__(self, take: Callable[[PostedEvent], Awaitable[int]]) -> None:
        """`take` receives each event and returns the status of the response."""
        self._take = take
        self._server: asyncio.Server | None = None

    async def open(self) -> str:
        """Start listening; return host and port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"{host}:{port}"

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        state = h11.Connection(h11.SERVER)
        with contextlib.suppress(OSError, h11.ProtocolError):
            while True:
                event = await _next_event(state, reader)
                if event is None:
                    break
                status = await self._take(event)
                headers = [("Content-Length", "0")]
                response = h11.Response(status_code=status, headers=headers)
                writer.write(state.send(response) or b"")
                writer.write(state.send(h11.EndOfMessage()) or b"")
                await writer.drain()
                if state.our_state is not h11.DONE:
                    break
                state.start_next_cycle()
        writer.close()


async def _next_event(
    state: h11.Connection, reader: asyncio.StreamReader
) -> PostedEvent | None:
    """Read one request; None at the end, or if it is too large."""
    received = await read_request(state, reader, _LARGEST)
    if received is None:
        return None
    request, body = received
    path = request.target.decode("latin-1").partition("?")[0]
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in request.headers
    )
    return PostedEvent(path.rpartition("/")[2], headers, body)
