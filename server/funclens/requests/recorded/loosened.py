"""Which values of a response differ from call to call: times, ids, tokens, durations.

What the request contains as well is an echo, and is expected again.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from funclens.requests.recorded.recorded_request import MASK

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ANY", "Loosener", "is_loose"]


class _Any:
    """Stands for any value; its repr is the name in `unittest.mock`."""

    def __repr__(self) -> str:
        return "ANY"


ANY = _Any()

_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_ZONE = r"(?: ?(?:Z|[+-]\d{2}:?\d{2}))?"
_FORMS = (
    re.escape(MASK),
    rf"{_DATE}(?:[T ]{_TIME}{_ZONE})?",
    rf"{_DAY},? \d{{1,2}}[ -]{_MONTH}[ -]\d{{4}}(?: {_TIME})?(?: GMT| UTC)?",
    rf"{_DAY},? {_MONTH} +\d{{1,2}}(?: {_TIME})?(?: \d{{4}})?",
    rf"(?<![\d:.]){_TIME}(?![\d:.])",
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    r"\beyJ[\w-]{8,2000}\.[\w-]{1,4000}\.[\w-]{0,1000}",
    r"\b(?=[A-Za-z]{0,40}\d)(?=\d{0,40}[A-Za-z])[0-9a-fA-F]{16,}\b",
    r"\b(?=[\w-]{0,60}\d)(?=[\w-]{0,60}[A-Z])(?=[\w-]{0,60}[a-z])[\w-]{20,200}\b",
    r"\b1[4-9]\d{8}(?:\d{3}|\d{6})?(?:\.\d+)?\b",
    r"\b\d+(?:\.\d+)? ?(?:ns|µs|us|ms|msec|seconds|secs?)\b",
    r"\b\d+\.\d{3,} ?s\b",
)
_VOLATILE = re.compile("|".join(_FORMS))
"""Dates, times, UUIDs, tokens, epoch seconds or milliseconds, durations in a text."""

_KEY = re.compile(
    r"(?:^|[_\W]|(?<=[a-z])(?=[A-Z]))"
    r"(?i:id|ids|uuid|guid|etag|token|nonce|secret|signature|session|hash|"
    r"timestamp|time|date|datetime|created|updated|modified|expires|expiry|now|"
    r"duration|elapsed|latency|took|uptime|seconds|millis|ms|"
    r"hostname|pid|seed|random)(?:_?(?i:at|on|ms|s))?$"
)
"""Ends of keys whose values are volatile."""
_LEAST = 3
"""Characters of a value that is taken for an echo of the request."""
_DEEPEST = 40
_MOST_TEXT = 8_000
"""Characters of a value, and of a request times four, that are looked at."""


class Loosener:
    """Replaces volatile values, and masked ones, for one request."""

    def __init__(self, request: str) -> None:
        """`request` is the text of everything that was sent."""
        self._request = request[: 4 * _MOST_TEXT]

    def value(self, value: Any, *, key: str = "", depth: int = 0) -> Any:
        """Return a JSON value with ANY for what is volatile."""
        if depth > _DEEPEST:
            return ANY
        if isinstance(value, dict):
            return {
                name: self.value(item, key=name, depth=depth + 1)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [self.value(item, key=key, depth=depth + 1) for item in value]
        if value is None or isinstance(value, bool):
            return value
        return self._scalar(value, key)

    def _scalar(self, value: str | float, key: str) -> Any:
        if isinstance(value, float) and not math.isfinite(value):
            return ANY
        text = value if isinstance(value, str) else json.dumps(value)
        if self._is_echo(text):
            return value
        is_volatile = _KEY.search(key) or any(self._volatile(text))
        return ANY if is_volatile and text else value

    def pattern(self, text: str) -> str | None:
        """Return a regular expression for a text; None if nothing is volatile."""
        parts, at = [], 0
        for found in self._volatile(text):
            parts += [re.escape(text[at : found.start()]), ".+"]
            at = found.end()
        return "".join([*parts, re.escape(text[at:])]) if parts else None

    def _volatile(self, text: str) -> list[re.Match[str]]:
        return [
            m for m in _VOLATILE.finditer(text[:_MOST_TEXT]) if not self._is_echo(m[0])
        ]

    def _is_echo(self, text: str) -> bool:
        return MASK not in text and len(text) >= _LEAST and text in self._request


def is_loose(value: Any) -> bool:
    """Return whether a value contains ANY."""
    if isinstance(value, dict):
        children: Sequence[Any] = [*value.values()]
        return any(map(is_loose, children))
    if isinstance(value, list):
        return any(map(is_loose, value))
    return value is ANY
