"""Limits chunked bodies, whose length isn't declared in the head.

The front door rejects bodies that are declared too large. Chunked ones are counted
while they are read, and end the request with the same status, 413.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, Mapping, Optional


def limit_body(environ: Dict[str, Any], limit: int) -> None:
    """Limit the chunked body of a WSGI request to `limit` bytes; 0 means no limit."""
    if limit and "HTTP_TRANSFER_ENCODING" in environ:
        environ["wsgi.input"] = _LimitedBody(environ["wsgi.input"], limit)


def limit_receive(scope: Mapping[str, Any], receive: Any, limit: int) -> Any:
    """Return an ASGI `receive` that limits a chunked body; 0 means no limit."""
    if not limit or b"transfer-encoding" not in dict(scope.get("headers", ())):
        return receive
    left = limit

    async def limited() -> Any:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            from starlette.exceptions import HTTPException

            raise HTTPException(413)
        return message

    return limited


class _LimitedBody:
    """Raises RequestEntityTooLarge when reading past the limit."""

    def __init__(self, stream: Any, limit: int) -> None:
        self._stream = stream
        self._left = limit

    def read(self, size: Optional[int] = None) -> bytes:
        """Return up to `size` bytes, or all of them."""
        return self._count(self._stream.read(self._most(size)))

    def readline(self, size: Optional[int] = None) -> bytes:
        """Return one line, or its beginning."""
        return self._count(self._stream.readline(self._most(size)))

    def readlines(self, _hint: Optional[int] = None) -> list[bytes]:
        """Return all lines."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _most(self, size: Optional[int]) -> int:
        most = self._left + 1
        return most if size is None or size < 0 else min(size, most)

    def _count(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            from werkzeug.exceptions import RequestEntityTooLarge

            raise RequestEntityTooLarge
        return data
