"""One request of the history, for people."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from funclens.cli.terminal import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["request_text", "shown_seconds"]

_TIMES = ("queued", "loading", "function", "streaming")


def request_text(entry: dict[str, Any]) -> str:
    """Return a request with everything that is known about it."""
    return as_text(_lines(entry))


def shown_seconds(seconds: float | None) -> str:
    """Return a duration; empty while a request is running."""
    if seconds is None:
        return ""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _lines(entry: dict[str, Any]) -> Iterator[str]:
    request, response = entry["request"], entry["response"]
    yield f"{entry['method']} {request['target'] if request else entry['path']}"
    yield f"  status    {entry['status'] or 'no response'}"
    yield f"  time      {shown_seconds(entry['seconds'])}: {_timing(entry['timing'])}"
    yield f"  function  {entry['function']}"
    yield f"  received  {entry['received_at']}"
    if entry["replay_of"]:
        yield f"  replay of {entry['replay_of']}"
    if entry["delivery"]:
        delivery = entry["delivery"]
        yield f"  delivery  {delivery['source']}, attempt {delivery['attempt']}"
    if entry["trace_id"]:
        yield f"  trace     {entry['trace_id']}"
    if request:
        yield from _message("Request", request)
    if response:
        yield from _message("Response", response)
    if entry["output"]:
        yield from ("", "Output", *(f"  {line}" for line in entry["output"]))
    if entry["exception"]:
        yield from _exception(entry["exception"])


def _timing(timing: dict[str, float]) -> str:
    shown = [f"{shown_seconds(timing[name])} {name}" for name in _TIMES if timing[name]]
    return ", ".join(shown)


def _message(title: str, message: dict[str, Any]) -> Iterator[str]:
    yield from ("", title)
    yield from (f"  {name}: {value}" for name, value in message["headers"])
    if not message["size"]:
        return
    body = message["body"]
    yield ""
    if "text" in body:
        yield from (f"  {line}" for line in body["text"].splitlines())
    else:
        yield f"  {len(base64.b64decode(body['base64'])):,} bytes that are no text"
    if message["truncated"]:
        yield f"  … cut off; the body has {message['size']:,} bytes"


def _exception(exception: dict[str, Any]) -> Iterator[str]:
    yield from ("", "Exception", f"  {exception['type']}: {exception['message']}")
    for frame in exception["frames"]:
        if not frame["is_user"]:
            continue
        yield f"  {frame['file']}:{frame['line']} in {frame['function']}"
        yield f"    {frame['source']}"
        for name, value in frame.get("locals", {}).items():
            yield f"      {name} = {value}"
