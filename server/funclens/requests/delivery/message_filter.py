"""Filters of Pub/Sub subscriptions, over the attributes of messages. Pure.

    attributes:KEY    attributes.KEY = "VALUE"    attributes.KEY != "VALUE"
    hasPrefix(attributes.KEY, "VALUE")    NOT x    -x    x AND y    x OR y    (x)

Source: "Filter messages from a subscription" of the documentation of Pub/Sub.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Filter = Callable[[Mapping[str, str]], bool]

__all__ = ["parse_filter"]

_MOST_BYTES = 256
_DEEPEST = 50
_TEXT = r'"(?:[^"\\\n]|\\.)*"'
_KEY = rf"{_TEXT}|[A-Za-z0-9_-]+"
_TOKEN = re.compile(
    rf"""\s*(?:
    hasPrefix\s*\(\s*attributes\s*\.\s*(?P<start_of>{_KEY})\s*,\s*(?P<start>{_TEXT})\s*\)
    |attributes\s*:\s*(?P<has>{_KEY})
    |attributes\s*\.\s*(?P<key>{_KEY})\s*(?P<sign>!?=)\s*(?P<value>{_TEXT})
    |(?P<word>AND\b|OR\b|NOT\b|[-()])
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))"
)
_CONTROLS = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
}
_LAST_CHARACTER = 0x10FFFF


def parse_filter(text: str) -> Filter:
    """Return what tells whether a message with these attributes is delivered.

    Raises UsageError if Pub/Sub would refuse the filter.
    """
    if not text.strip():
        return lambda _: True
    if len(text.encode("utf-8", "replace")) > _MOST_BYTES:
        raise UsageError(f"a filter has at most {_MOST_BYTES} bytes")
    return _Parser(text).parse()


class _Parser:
    """Reads a filter from left to right; `NOT` binds before `AND`, that before `OR`."""

    def __init__(self, text: str) -> None:
        self._text = text.rstrip()
        self._at = 0
        self._depth = 0
        self._token: re.Match[str] | None = None
        self._next()

    def parse(self) -> Filter:
        found = self._either()
        if self._token is not None:
            raise self._error(self._token.start())
        return found

    def _next(self) -> None:
        if self._at == len(self._text):
            self._token = None
            return
        self._token = _TOKEN.match(self._text, self._at)
        if self._token is None:
            raise self._error(self._at)
        self._at = self._token.end()

    def _takes(self, *words: str) -> bool:
        if self._token is None or self._token["word"] not in words:
            return False
        self._next()
        return True

    def _either(self) -> Filter:
        found = [self._all()]
        while self._takes("OR"):
            found.append(self._all())
        return lambda given: any(accepts(given) for accepts in found)

    def _all(self) -> Filter:
        found = [self._one()]
        while self._takes("AND"):
            found.append(self._one())
        return lambda given: all(accepts(given) for accepts in found)

    def _one(self) -> Filter:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UsageError("the filter is nested too deeply")
        try:
            if self._takes("NOT", "-"):
                denied = self._one()
                return lambda given: not denied(given)
            if self._takes("("):
                found = self._either()
                if not self._takes(")"):
                    raise self._error(self._at, "a closing parenthesis is missing")
                return found
            return self._test()
        finally:
            self._depth -= 1

    def _test(self) -> Filter:
        token = self._token
        if token is None or token["word"]:
            raise self._error(self._at if token is None else token.start())
        self._next()
        if token["has"]:
            wanted = _read(token["has"])
            return lambda given: wanted in given
        if token["start_of"]:
            name, start = _read(token["start_of"]), _read(token["start"])
            return lambda given: name in given and given[name].startswith(start)
        key, value, is_same = _read(token["key"]), _read(token["value"]), token["sign"]
        if is_same == "=":
            return lambda given: given.get(key) == value
        return lambda given: given.get(key) != value

    def _error(self, at: int, message: str = "") -> UsageError:
        rest = self._text[at:].strip()
        place = f"at '{rest[:30]}'" if rest else "at its end"
        return UsageError(message or f"the filter is invalid {place}")


def _read(written: str) -> str:
    """Return a key or value without quotes and escapes."""
    if not written.startswith('"'):
        return written
    return _ESCAPE.sub(_character, written[1:-1])


def _character(escape: re.Match[str]) -> str:
    *numbers, octal, other = escape.groups()
    if other is not None:
        return _CONTROLS.get(other, other)
    digits = next((digits for digits in numbers if digits), None)
    number = int(octal, 8) if digits is None else int(digits, 16)
    return chr(min(number, _LAST_CHARACTER))
