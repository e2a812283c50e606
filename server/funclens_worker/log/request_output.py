"""Keeps what a request prints, so that its failure can be shown with it.

The streams stay what they are; only their `write` is wrapped. Subprocesses, and threads
that user code starts, are not seen.
"""

from __future__ import annotations

import sys
from collections import deque
from contextvars import ContextVar
from typing import Any, Callable, Deque, Optional

_MOST = 8_000
"""Maximum number of characters to keep, of the last lines."""


class RequestOutput:
    """The end of what one request has printed."""

    __slots__ = ("_is_cut", "_length", "_parts")

    def __init__(self) -> None:
        self._parts: Optional[Deque[str]] = None
        """Made for the first text: most requests print nothing."""
        self._length = 0
        self._is_cut = False

    def add(self, text: str) -> None:
        """Add printed text; called by any thread."""
        parts = self._parts
        if parts is None:
            parts = self._parts = deque()
        self._is_cut = self._is_cut or len(text) > _MOST
        parts.append(text[-_MOST:])
        self._length += len(parts[-1])
        while self._length > _MOST and len(parts) > 1:
            self._length -= len(parts.popleft())
            self._is_cut = True

    @property
    def text(self) -> str:
        """The last lines; an ellipsis in front if there were more."""
        text = "".join(self._parts or ())
        return "…\n" + text.partition("\n")[2] if self._is_cut else text


_current: ContextVar[Optional[RequestOutput]] = ContextVar(
    "funclens_request_output", default=None
)


def keep_output() -> RequestOutput:
    """Keep what is printed in this context from now on."""
    output = RequestOutput()
    _current.set(output)
    return output


def watch_streams() -> None:
    """Watch stdout and stderr; called once per process."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "__dict__"):
            stream.write = _copying(stream.write)  # type: ignore[method-assign]


def _copying(write: Callable[[str], Any]) -> Callable[[str], Any]:
    def write_and_keep(text: str) -> Any:
        written = write(text)
        output = _current.get()
        if output is not None:
            output.add(text)
        return written

    return write_and_keep
