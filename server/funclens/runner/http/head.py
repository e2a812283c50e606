"""Reads as much of a request's head as deciding about it needs. Pure.

The front door decides, the worker's own HTTP server parses: what is doubtful here is
handed over as it came, so that the answer is production's.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from dataclasses import dataclass

__all__ = ["HEAD_LIMIT", "BadHead", "Head", "is_local_host", "parse_head"]

HEAD_LIMIT = 65_536
"""Bytes after which a head is decided upon even if its end has not come."""

_LINE = re.compile(rb"([^ \r\n]+) +([^ \r\n]+)(?: +HTTP/[0-9.]+)?\r?\n")
_END = re.compile(rb"\r?\n\r?\n")
_LOCAL_NAMES = ("localhost", "host.docker.internal")


class BadHead(ValueError):  # noqa: N818 - it is a finding, not a failure
    """The bytes are no request; the message is a sentence for the client."""


@dataclass(frozen=True, slots=True)
class Head:
    """Request line and headers, as they came."""

    method: str
    target: str
    """Raw, as latin-1 text."""
    data: bytes
    """Everything that was read, from the first byte of the request line."""
    target_span: tuple[int, int]
    """Where `target` stands in `data`: start and end offset in bytes."""

    def header(self, name: str) -> str | None:
        """Return the first header of that name (any case), stripped, or None."""
        values = self.headers(name)
        return values[0] if values else None

    def headers(self, name: str) -> list[str]:
        """Return all headers of that name (any case), stripped."""
        end = _END.search(self.data)
        block = self.data[: end.start()] if end else self.data
        pattern = rb"\n" + re.escape(name.encode()) + rb":[ \t]*([^\r\n]*)"
        found = re.findall(pattern, block, re.IGNORECASE)
        return [value.strip().decode("latin-1") for value in found]

    @property
    def wants_html(self) -> bool:
        """Whether a browser asks, which shows pages to a person."""
        return "text/html" in (self.header("Accept") or "")

    def with_target(self, target: str) -> bytes:
        """Return what was read with another target in the request line."""
        start, end = self.target_span
        return self.data[:start] + target.encode("latin-1") + self.data[end:]


def parse_head(data: bytes) -> Head | None:
    """Return the head once it is complete, None while more is needed.

    A head of HEAD_LIMIT bytes counts as complete if its first line is. Raises
    BadHead for what cannot become a request.
    """
    data = data.lstrip(b"\r\n")
    if data[:1] == b"\x16":
        raise BadHead("This address speaks http, not https.")
    if not _END.search(data) and len(data) < HEAD_LIMIT:
        return None
    line = _LINE.match(data)
    if line is None:
        raise BadHead("This is not an HTTP request.")
    method, target = (part.decode("latin-1") for part in line.groups())
    return Head(method, target, data, line.span(2))


@functools.lru_cache(maxsize=256)
def is_local_host(value: str, allowed: tuple[str, ...]) -> bool:
    """Tell whether a Host header is safe from DNS rebinding.

    Safe are IP addresses (no name was resolved), names of this machine, and
    what the user allowed. The port does not matter.
    """
    name = value.rpartition(":")[0] if re.search(r":\d*$", value) else value
    name = name.strip("[]").rstrip(".").lower()
    if name in _LOCAL_NAMES or name.endswith(".localhost"):
        return True
    if name in {host.lower() for host in allowed}:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
