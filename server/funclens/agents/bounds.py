"""Limits of what an agent gets, so that no answer fills its context. Pure."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from funclens.agents.answers import Body, Failure, Frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["body_of", "cut", "failure_of", "headers_of", "last_lines"]

MOST_BODY = 16_000
"""Characters of a body."""
_MOST_BINARY = 400
_MOST_HEADERS = 50
_MOST_HEADER = 1_000
_MOST_FRAMES = 12
_MOST_LOCALS = 25
_MOST_VALUE = 300
_MOST_LINE = 500
_MOST_MESSAGE = 2_000


def cut(text: str, most: int) -> str:
    """Return the beginning of a text, with a mark if it is cut off."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def last_lines(lines: Sequence[str], most: int) -> list[str]:
    """Return the last lines, each cut off after 500 characters."""
    return [cut(line, _MOST_LINE) for line in lines[-most:]] if most > 0 else []


def body_of(data: bytes, size: int, *, most: int = MOST_BODY) -> Body:
    """Return a body of `size` bytes, of which `data` are known.

    JSON is returned as text too: an agent reads it as well.
    """
    try:
        text = _decoded(data, is_whole=len(data) >= size)
    except UnicodeDecodeError:
        shown = base64.b64encode(data[:_MOST_BINARY]).decode()
        return Body(base64=shown, size=size, truncated=size > _MOST_BINARY)
    is_cut = len(text) > most or len(data) < size
    return Body(text=text[:most], base64=None, size=size, truncated=is_cut)


def headers_of(pairs: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return headers by name; repeated ones are joined with a comma."""
    found: dict[str, str] = {}
    for name, value in pairs[:_MOST_HEADERS]:
        before = f"{found[name]}, " if name in found else ""
        found[name] = cut(before + value, _MOST_HEADER)
    return found


def failure_of(exception: Mapping[str, Any] | None) -> Failure | None:
    """Return the exception of a request, innermost frames of the user first kept."""
    if not exception:
        return None
    frames = [*exception.get("frames", ())]
    users = [frame for frame in frames if frame.get("is_user")] or frames
    kept = users[-_MOST_FRAMES:]
    return Failure(
        type=exception["type"],
        message=cut(exception["message"], _MOST_MESSAGE),
        frames=[_frame(frame) for frame in kept],
        omitted_frames=len(frames) - len(kept),
    )


def _frame(frame: Mapping[str, Any]) -> Frame:
    names = frame.get("locals") or {}
    return Frame(
        file=frame["file"],
        line=frame["line"],
        function=frame["function"],
        source=cut(frame.get("source") or "", _MOST_LINE),
        locals={
            name: cut(value, _MOST_VALUE)
            for name, value in [*names.items()][:_MOST_LOCALS]
        },
    )


def _decoded(data: bytes, *, is_whole: bool) -> str:
    """Return bytes as text; the last character may be cut off."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if is_whole or error.reason != "unexpected end of data":
            raise
        return data[: error.start].decode()


def json_bytes(value: Any) -> bytes:
    """Return a value as the JSON that is sent."""
    return json.dumps(value, ensure_ascii=False).encode()
