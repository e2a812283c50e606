"""Masks secrets of requests wherever they are shown, stored or exported. Pure.

Header values are masked by name, and so are values of the query, of JSON and of forms
whose names the user listed. Where masked values appear again, in variables, output,
messages or echoes, they are masked, too.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from funclens.runner.history.masking.secret_values import (
    MASK,
    mask_values,
    secret_values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from funclens.runner.history.http_message import Message

__all__ = ["ALWAYS", "Redaction"]

ALWAYS = (
    "Authorization",
    "Cookie",
    "Set-Cookie",
    "Proxy-Authorization",
    "X-Api-Key",
    "X-Goog-Api-Key",
    "X-Goog-Iap-Jwt-Assertion",
    "X-Serverless-Authorization",
)
"""Headers that are always masked."""

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = re.compile(
    r'multipart/form-data\b.*?\bboundary="?([^";,]+)', re.IGNORECASE
)
_FIELD = re.compile(r'\bname="([^"]*)"')
_BLANK_LINE = re.compile(r"\r?\n\r?\n")
_DEEPEST = 20
"""Nesting of a masked JSON value up to which its texts are searched for elsewhere."""

Headers = tuple[tuple[str, str], ...]


class Redaction:
    """What is masked."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """`names` are headers, query parameters, and keys of JSON and of forms."""
        listed = [name.strip() for name in names if name.strip()]
        self._headers = frozenset(map(_plain, (*ALWAYS, *listed)))
        self._names = frozenset(map(_plain, listed))
        words = "|".join(re.escape(json.dumps(name)[1:-1]) for name in listed)
        self._json_key = (
            re.compile(rf'(?<!\\)"(?:{words})"\s*:\s*', re.IGNORECASE)
            if words
            else None
        )

    def hides(self, header: str) -> bool:
        """Return whether the value of a header is masked."""
        return _plain(header) in self._headers

    def headers(self, headers: Headers, secrets: Sequence[str]) -> list[list[str]]:
        """Return headers as pairs with masked values."""
        return [
            [name, MASK if self.hides(name) else mask_values(value, secrets)]
            for name, value in headers
        ]

    def query(self, query: str) -> str:
        """Return a raw query, or a form, with masked values."""
        if not self._names:
            return query
        return "&".join(map(self._pair, query.split("&")))

    def target(self, target: str) -> str:
        """Return a request target with masked values in its query."""
        path, mark, query = target.partition("?")
        return path + mark + self.query(query)

    def body(self, message: Message, secrets: Sequence[str]) -> bytes:
        """Return the body of a message with masked values."""
        if not self._names and not secrets:
            return message.body
        text = message.body.decode("utf-8", "surrogateescape")
        kind = message.header("Content-Type") or ""
        text = mask_values(self.body_text(text, kind), secrets)
        return text.encode("utf-8", "surrogateescape")

    def body_text(self, text: str, content_type: str) -> str:
        """Return the text of a body with masked values of the listed names."""
        if self._json_key is None:
            return text
        if _FORM in content_type.lower():
            return self.query(text)
        if multipart := _MULTIPART.search(content_type):
            return self._fields(text, f"--{multipart[1]}")
        return self._json(text, self._json_key)

    def secrets(self, *messages: Message | None) -> list[str]:
        """Return the masked values of messages, to mask them in other texts."""
        return secret_values(
            value
            for message in messages
            if message is not None
            for value in self._values(message)
        )

    def _values(self, message: Message) -> Iterator[str]:
        for name, value in message.headers:
            if self.hides(name):
                yield from _header_values(name, value)
        if self._json_key is None:
            return
        yield from self._query_values(message.start.partition("?")[2].split(" ")[0])
        text = message.body.decode("utf-8", "surrogateescape")
        kind = message.header("Content-Type") or ""
        if _FORM in kind.lower():
            yield from self._query_values(text)
        elif multipart := _MULTIPART.search(kind):
            for _, value in self._hidden_fields(text, f"--{multipart[1]}"):
                yield value
        else:
            yield from self._json_values(text, self._json_key)

    def _query_values(self, query: str) -> Iterator[str]:
        for pair in query.split("&"):
            name, _, value = pair.partition("=")
            if _plain(name) in self._names:
                yield unquote_plus(value, errors="surrogateescape")

    def _json_values(self, text: str, key: re.Pattern[str]) -> Iterator[str]:
        decoder = json.JSONDecoder()
        at = 0
        while found := key.search(text, at):
            try:
                value, at = decoder.raw_decode(text, found.end())
            except (ValueError, RecursionError):
                return
            yield from _texts(value)

    def _fields(self, text: str, boundary: str) -> str:
        parts: list[str] = []
        at = 0
        for start, value in self._hidden_fields(text, boundary):
            parts += (text[at:start], MASK)
            at = start + len(value)
        return "".join([*parts, text[at:]])

    def _hidden_fields(self, text: str, boundary: str) -> Iterator[tuple[int, str]]:
        """Yield position and text of the masked values of a multipart form."""
        at = 0
        for part in text.split(boundary):
            blank = _BLANK_LINE.search(part)
            field = blank and _FIELD.search(part, 0, blank.start())
            if blank and field and _plain(field[1]) in self._names:
                yield at + blank.end(), part[blank.end() :].removesuffix("\r\n")
            at += len(part) + len(boundary)

    def _pair(self, pair: str) -> str:
        name, equals, _ = pair.partition("=")
        return f"{name}={MASK}" if equals and _plain(name) in self._names else pair

    def _json(self, text: str, key: re.Pattern[str]) -> str:
        """Mask the values of keys; if one isn't whole, mask all that follows."""
        decoder = json.JSONDecoder()
        parts: list[str] = []
        at = 0
        while found := key.search(text, at):
            parts += (text[at : found.end()], f'"{MASK}"')
            try:
                _, at = decoder.raw_decode(text, found.end())
            except (ValueError, RecursionError):
                return "".join(parts)
        return "".join([*parts, text[at:]])


def _header_values(name: str, value: str) -> Iterable[str]:
    """Yield a value and its parts: the credentials of a scheme, values of cookies."""
    yield value
    if "cookie" in name.lower():
        is_set = name.lower() == "set-cookie"  # attributes such as Max-Age follow
        for part in value.split(";")[: 1 if is_set else None]:
            yield part.partition("=")[2].strip()
        return
    scheme, _, credentials = value.partition(" ")
    yield credentials.strip()
    if scheme.lower() == "basic":
        try:
            plain = base64.b64decode(credentials, validate=True).decode(
                "utf-8", "replace"
            )
        except (binascii.Error, ValueError):
            return
        yield plain
        yield plain.partition(":")[2]


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the texts and numbers in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield json.dumps(value)
    elif isinstance(value, (list, dict)) and depth < _DEEPEST:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item, depth + 1)


def _plain(name: str) -> str:
    """Return a name in the form in which names are compared."""
    return name.strip().lower().replace("_", "-")
