"""Output of `funclens call`: the body on stdout, everything else on stderr."""

from __future__ import annotations

import base64
import json
import re
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from funclens.cli.columns import terminal_columns, text_table
from funclens.cli.terminal import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.requests.samples import SampleType
    from funclens.runner.api.exchange import ResponseHead

__all__ = [
    "Printer",
    "as_json",
    "failure_text",
    "list_of_events",
    "response_json",
    "show_output",
    "status_line",
]

_TEXTUAL = re.compile(r"text/|application/(.*\+)?(json|xml|javascript|x-ndjson)|^$")


class Printer:
    """Prints one response."""

    def __init__(self, out: BinaryIO, say: TextIO, *, is_terminal: bool) -> None:
        self._out = out
        self._say = say
        self._is_terminal = is_terminal
        self._ends_line = True

    def say(self, text: str) -> None:
        """Print a line for the user."""
        self.end_line()
        self._say.write(as_text([text]))
        self._say.flush()

    def part(self, data: bytes) -> None:
        """Print a part of a streamed body immediately."""
        self._write(data)

    def body(self, head: ResponseHead, data: bytes) -> None:
        """Print a whole body: JSON indented, text as it is, otherwise its size."""
        kind = (head.header("Content-Type") or "").partition(";")[0].strip().lower()
        laid_out = _laid_out(kind, data)
        if laid_out is not None:
            self._write(laid_out)
        elif self._is_terminal and not _is_text(kind, data):
            size = f"{len(data):,} {'byte' if len(data) == 1 else 'bytes'}"
            self.say(f"{size} of {kind or 'unknown type'}, not shown in a terminal")
        else:
            self._write(data)
        self.end_line()

    def end_line(self) -> None:
        """Start a new line on a terminal if needed."""
        if self._is_terminal and not self._ends_line:
            self._write(b"\n")

    def _write(self, data: bytes) -> None:
        if data:
            self._out.write(data)
            self._out.flush()
            self._ends_line = data.endswith(b"\n")


def status_line(head: ResponseHead, seconds: float | None) -> str:
    """Return status, reason and, if known, the duration."""
    line = f"{head.status} {head.reason}".rstrip()
    if seconds is None:
        return line
    shown = f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"
    return f"{line} in {shown}"


def as_json(head: ResponseHead, body: bytes, seconds: float) -> str:
    """Return the response as one JSON object; a binary body as base64."""
    value = response_json(head, body, seconds)
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def response_json(head: ResponseHead, body: bytes, seconds: float) -> dict[str, Any]:
    """Return the response as JSON values."""
    value: dict[str, Any] = {
        "status": head.status,
        "reason": head.reason,
        "headers": [list(pair) for pair in head.headers],
        "seconds": round(seconds, 6),
    }
    try:
        value["body"] = body.decode()
    except UnicodeDecodeError:
        value |= {"body": base64.b64encode(body).decode(), "base64": True}
    return value


def failure_text(error: Mapping[str, Any]) -> str:
    """Return the exception and its location, as reported by the runner."""
    place = f"{error['file']}:{error['line']}: " if error.get("file") else ""
    return f"error in the function: {place}{error['error']}"


def list_of_events(types: tuple[SampleType, ...]) -> str:
    """Return all event types as a table."""
    rows = [(item.name, item.title, item.payload) for item in types]
    headers = ("EVENT", "SENT WHEN", "--data IS")
    return as_text(text_table(rows, headers, terminal_columns()))


def _laid_out(kind: str, data: bytes) -> bytes | None:
    if not (kind.endswith(("/json", "+json")) or data[:1] in {b"{", b"["}):
        return None
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


def _is_text(kind: str, data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return kind.startswith("text/")
    return _TEXTUAL.match(kind) is not None or b"\0" not in data


def show_output(event: Mapping[str, Any]) -> None:
    """Print output of functions in a runner that was started for this call."""
    if event["event"] == "output":
        sys.stderr.write(event["text"])
        sys.stderr.flush()
