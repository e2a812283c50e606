"""Reads kept bytes of requests and responses as HTTP messages. Pure.

The bytes may be cut off anywhere, and may not be valid: what can be read is returned.
"""

from __future__ import annotations

import re

from funclens.dataclass import dataclass

__all__ = ["BODY_LIMIT", "Message", "parse_message"]

BODY_LIMIT = 1_048_576
"""Maximum number of bytes of a body to show."""

_END = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r?\n(?![ \t])")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_STATUS = re.compile(rb"HTTP/[0-9.]+ +([0-9]{3})")


@dataclass(frozen=True, slots=True)
class Message:
    """Start line, headers and as much of the body as was kept."""

    start: str
    """Request or status line."""
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """Without the framing of chunks."""
    size: int
    """Number of bytes of the body, also of those that weren't kept."""
    is_truncated: bool
    """Whether bytes of the body are missing."""

    @property
    def status(self) -> int:
        """The status of a response; 0 if there is none."""
        found = _STATUS.match(self.start.encode("latin-1"))
        return int(found[1]) if found else 0

    def header(self, name: str) -> str | None:
        """Return the first value of a header, ignoring case."""
        wanted = name.lower()
        return next((v for key, v in self.headers if key.lower() == wanted), None)


def parse_message(kept: bytes, size: int, *, has_body: bool = True) -> Message | None:
    """Return the message in kept bytes, of `size` that there were; None without a head.

    Interim responses (100 Continue) are skipped.
    """
    begin, end = 0, _END.search(kept)
    while end is not None and kept[begin : begin + 12].endswith(b" 100"):
        begin, end = end.end(), _END.search(kept, end.end())
    head_end, body_start = (end.start(), end.end()) if end else (len(kept), len(kept))
    start, *lines = _LINE_END.split(kept[begin:head_end])
    if not start:
        return None
    headers = tuple(_header(line) for line in lines if line)
    body = kept[body_start:] if has_body else b""
    size = max(0, size - body_start) if has_body else 0
    is_cut = size > len(body)
    if _is_chunked(headers):
        body, is_whole = _without_chunks(body)
        size = len(body) if not is_cut else size
        is_cut = is_cut or not is_whole
    if len(body) > BODY_LIMIT:
        body, is_cut = body[:BODY_LIMIT], True
    return Message(start.decode("latin-1"), headers, body, size, is_cut)


def _header(line: bytes) -> tuple[str, str]:
    name, _, value = _FOLD.sub(b" ", line).decode("latin-1").partition(":")
    return name.strip(), value.strip()


def _is_chunked(headers: tuple[tuple[str, str], ...]) -> bool:
    return any(
        name.lower() == "transfer-encoding" and "chunked" in value.lower()
        for name, value in headers
    )


def _without_chunks(data: bytes) -> tuple[bytes, bool]:
    """Return the content of chunks, and whether the last one is there."""
    parts: list[bytes] = []
    at = 0
    while (end := data.find(b"\n", at)) >= 0:
        try:
            size = int(data[at:end].partition(b";")[0].strip() or b"x", 16)
        except ValueError:
            break
        if size <= 0:
            return b"".join(parts), size == 0
        parts.append(data[end + 1 : end + 1 + size])
        at = end + 1 + size
        if at > len(data):
            break
        at += 2 if data[at : at + 2] == b"\r\n" else 1
    return b"".join(parts), False
