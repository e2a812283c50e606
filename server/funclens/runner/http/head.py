"""Parse as much of a request head as routing needs. Pure.

The front door only routes; the worker's HTTP server parses. Anything doubtful is passed
on unchanged, so that the response is the same as in production.
"""

from __future__ import annotations

import functools
import re
import sys

from funclens.dataclass import dataclass

__all__ = ["HEAD_LIMIT", "BadHead", "Head", "HeadReader"]

HEAD_LIMIT = 65_536
"""Maximum size of a head in bytes; uvicorn has the same limit."""

_LINE = re.compile(rb"([^ \r\n]+) +([^ \r\n]+)(?: +HTTP/[0-9.]+)?\r?\n")
_END = re.compile(rb"\r?\n\r?\n")
_FOLDED_VALUE = rb"([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)"
_FOLD = re.compile(rb"\r?\n[ \t]+")
"""Begins a line that continues a header: uvicorn accepts that, gunicorn doesn't."""
_TLS_HANDSHAKE = 0x16


class BadHead(ValueError):  # noqa: N818 - it is a finding, not a failure
    """The bytes aren't a request; the message is a sentence for the client."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Head:
    """Request line and headers, unchanged."""

    method: str
    target: str
    """Raw target, decoded as latin-1."""
    data: bytes
    """All bytes read, from the start of the request line."""
    target_span: tuple[int, int]
    """Start and end offset of `target` in `data`, in bytes."""

    def header(self, name: str) -> str | None:
        """Return the first header of that name (any case), stripped, or None."""
        values = self.headers(name)
        return values[0] if values else None

    def headers(self, name: str) -> list[str]:
        """Return all headers of that name (any case), stripped and unfolded."""
        end = _END.search(self.data)
        found = _field(name).findall(self.data, 0, end.start() if end else sys.maxsize)
        return [_FOLD.sub(b" ", value).strip().decode("latin-1") for value in found]

    @property
    def wants_html(self) -> bool:
        """Whether the client is a browser that wants a page."""
        return "text/html" in (self.header("Accept") or "")

    def with_target(self, target: str) -> bytes:
        """Return the bytes read, with another target in the request line."""
        start, end = self.target_span
        return self.data[:start] + target.encode("latin-1") + self.data[end:]


class HeadReader:
    """Collects the bytes of a connection until the head is complete.

    Each byte is examined a bounded number of times, however they arrive.
    """

    def __init__(self) -> None:
        self._data = bytearray()
        self._has_begun = False
        self._had_empty_line = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been received."""
        return not self._data

    def feed(self, data: bytes) -> Head | None:
        """Return the head once it is complete, otherwise None.

        Raises BadHead for bytes that can't become a request.
        """
        searched = len(self._data)
        self._data += data
        if not self._has_begun:
            self._begin()
            searched = 0
        end = _END.search(self._data, max(0, searched - 3))
        if (end.end() if end else len(self._data)) > HEAD_LIMIT:
            reason = f"The request head is larger than {HEAD_LIMIT // 1024} KiB."
            raise BadHead(reason, 431)
        return _parse(bytes(self._data)) if end else None

    def _begin(self) -> None:
        """Skip one empty line; reject anything else that can't start a request."""
        data = self._data
        if not self._had_empty_line and data.startswith(b"\r\n"):
            del data[:2]
            self._had_empty_line = True
        if not data or data == b"\r":
            return
        self._has_begun = True
        if data[0] in b"\r\n":
            raise BadHead("This is not an HTTP request.")
        if data[0] == _TLS_HANDSHAKE:
            raise BadHead("This address uses http, not https.")


@functools.cache
def _field(name: str) -> re.Pattern[bytes]:
    """Return the pattern of a header; only names in this program are looked for."""
    pattern = rb"\n" + re.escape(name.encode()) + rb":" + _FOLDED_VALUE
    return re.compile(pattern, re.IGNORECASE)


def _parse(data: bytes) -> Head:
    line = _LINE.match(data)
    if line is None:
        raise BadHead("This is not an HTTP request.")
    method, target = (part.decode("latin-1") for part in line.groups())
    return Head(method, target, data, line.span(2))
