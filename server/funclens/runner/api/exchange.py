"""One HTTP request on one connection, with its response as it arrives.

The only HTTP client of Funclens: `h11` for the protocol, asyncio for the network.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import h11

from funclens.dataclass import dataclass
from funclens.errors import RunnerError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractContextManager

    from funclens.requests.request import Request

__all__ = ["Exchange", "ReceivedResponse", "ResponseHead", "open_exchange"]

_READ_SIZE = 65_536


@dataclass(frozen=True, slots=True)
class ResponseHead:
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str | None:
        """Return the first value of a header, ignoring case."""
        wanted = name.lower()
        return next((v for key, v in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class ReceivedResponse:
    """A complete response of a function or the runner."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float
    """From connecting to the last byte."""


class Exchange:
    """A request that was sent, and its response."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._state = h11.Connection(h11.CLIENT)
        self._started = time.perf_counter()

    @property
    def port(self) -> int:
        """The port of this end, by which the runner's events name the request."""
        port: int = self._writer.get_extra_info("sockname")[1]
        return port

    @property
    def seconds(self) -> float:
        """Time since the request was started."""
        return time.perf_counter() - self._started

    async def send(self, host: str, route: str, request: Request) -> None:
        """Send the whole request to a route, unless the server responds early."""
        given = {name.lower() for name, _ in request.headers}
        headers = [pair for pair in (("Host", host),) if "host" not in given]
        headers += request.headers
        if request.body or request.method not in {"GET", "HEAD"}:
            headers.append(("Content-Length", str(len(request.body))))
        self._put(
            h11.Request(
                method=request.method,
                target=route + request.path,
                headers=[
                    (name.encode(), value.encode("latin-1")) for name, value in headers
                ],
            )
        )
        if request.body:
            self._put(h11.Data(data=request.body))
        self._put(h11.EndOfMessage())
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    async def head(self) -> ResponseHead:
        """Return status and headers. Raises RunnerError if there is no response."""
        while True:
            event = await self._next()
            if isinstance(event, h11.Response):
                return ResponseHead(
                    event.status_code,
                    event.reason.decode("latin-1"),
                    tuple(
                        (name.decode("latin-1"), value.decode("latin-1"))
                        for name, value in event.headers.raw_items()
                    ),
                )

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives. Raises RunnerError if it is cut off."""
        while not isinstance(event := await self._next(), h11.EndOfMessage):
            if isinstance(event, h11.Data):
                yield bytes(event.data)

    async def lines(self) -> AsyncIterator[bytes]:
        """Yield the lines of the body as they arrive, without line endings."""
        rest = bytearray()
        async for part in self.parts():
            rest += part
            if b"\n" in part:
                *lines, last = rest.split(b"\n")
                for line in lines:
                    yield bytes(line)
                rest = bytearray(last)

    async def response(self) -> ReceivedResponse:
        head = await self.head()
        body = b"".join([part async for part in self.parts()])
        return ReceivedResponse(
            head.status, head.reason, head.headers, body, self.seconds
        )

    async def _next(self) -> h11.Event:
        try:
            while (event := self._state.next_event()) is h11.NEED_DATA:
                self._state.receive_data(await self._reader.read(_READ_SIZE))
        except (OSError, h11.RemoteProtocolError) as error:
            raise RunnerError(
                "the connection ended before the response was complete",
                hint="the function's process ended, or the runner was stopped",
            ) from error
        if isinstance(event, h11.ConnectionClosed):
            raise RunnerError(
                "the connection ended without a response",
                hint="the function's process ended, or the runner was stopped",
            )
        assert isinstance(event, h11.Event)  # noqa: S101 - we never pause reading
        return event

    def _put(self, event: h11.Event) -> None:
        self._writer.write(self._state.send(event) or b"")


@contextlib.asynccontextmanager
async def open_exchange(
    url: str,
    route: str,
    request: Request,
    announced: Callable[[int], AbstractContextManager[None]] | None = None,
) -> AsyncIterator[Exchange]:
    """Send a request to a route of the runner at `url`.

    The request's path is appended to the route. `announced` is entered with the local
    port before anything is sent. Raises RunnerError if the runner is gone.
    """
    parts = urlsplit(url)
    try:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except OSError as error:
        raise RunnerError(f"the runner does not answer at {url}: {error}") from error
    try:
        port = writer.get_extra_info("sockname")[1]
        with announced(port) if announced is not None else contextlib.nullcontext():
            exchange = Exchange(reader, writer)
            await exchange.send(parts.netloc, route, request)
            yield exchange
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
