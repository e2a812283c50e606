"""A client that knows, for each request, which answers are right."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass, field

__all__ = ["Client", "Reply", "judge"]

HUNG_S = 60.0
"""A request without an answer after so long is never answered."""
_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass
class Reply:
    """What came back for one request."""

    kind: str
    """`answered`, `told` (500 that says how the worker ended), `cut` (after the first
    byte), `refused` (queue full, crash loop), `lost` (nothing), `hung` or `wrong`."""
    version: int = 0
    text: str = ""


@dataclass
class Client:
    """Sends requests with ids of their own, and keeps what came of each."""

    host: str
    port: int
    replies: dict[str, tuple[str, Reply]] = field(default_factory=dict)
    """By id: function and reply."""
    seconds: dict[str, list[float]] = field(default_factory=dict)
    """Of the answered ones, by function."""
    _number: int = 0

    def id(self) -> str:
        """Return an id that no other request has."""
        self._number += 1
        return f"r{self._number}"

    async def ask(self, function: str, *, pause: float = 0.0) -> Reply:
        """Send one request, its head and body with a pause between; note the reply."""
        id_ = self.id()
        body = b"x" * 5_000 if function == "body" else b""
        head = f"POST /{function}?id={id_} HTTP/1.1\r\nHost: localhost\r\n"
        data = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        began = time.perf_counter()
        try:
            received = await asyncio.wait_for(self._exchange(data, pause), HUNG_S)
            reply = judge(received, id_)
        except (asyncio.TimeoutError, TimeoutError):
            reply = Reply("hung")
        except ConnectionError as error:
            reply = Reply("lost", text=repr(error))
        self.replies[id_] = (function, reply)
        if reply.kind == "answered":
            took = time.perf_counter() - began - pause
            self.seconds.setdefault(function, []).append(took)
        return reply

    async def annoy(self, data: bytes, seconds: float) -> None:
        """Send something unfinished, hold the connection, and hang up."""
        _, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(data)
            await asyncio.sleep(seconds)
        finally:  # also at the end of the chaos, which cancels it
            writer.transport.abort()

    def counts(self) -> Counter[str]:
        """Return how many replies there were of each kind."""
        return Counter(reply.kind for _, reply in self.replies.values())

    async def _exchange(self, data: bytes, pause: float) -> bytes:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            half = len(data) // 2 if pause else len(data)
            writer.write(data[:half])
            if pause:
                await asyncio.sleep(pause)
                writer.write(data[half:])
            return await _read(reader)
        finally:
            writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> bytes:
    received = b""
    try:
        while part := await reader.read(65_536):
            received += part
    except ConnectionError:
        if not received:
            raise
    return received


def judge(received: bytes, id_: str) -> Reply:
    """Return what the response to a request of an id is."""
    if not received:
        return Reply("lost", text="the connection was closed")
    head, _, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    text = received.decode("utf-8", "replace")
    if length is None or len(body) < int(length[1]):
        return Reply(
            "cut" if received.startswith(b"HTTP/1.1 200 ") else "wrong", 0, text
        )
    status = head.split()[1]
    words = body.split()
    if len(body) > int(length[1]) or received.count(b"HTTP/1.1 ") != 1:
        return Reply("wrong", text=text)
    if status == b"200" and len(words) == 2 and words[0].decode() == id_:
        return Reply("answered", int(words[1]))
    if status == b"503" or b" is not started: crash loop " in body:
        return Reply("refused", text=text)
    if status == b"500" and b" ended" in body:
        return Reply("told", text=text)
    return Reply("wrong", text=text)
