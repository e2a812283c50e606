"""Masks secrets of requests wherever they are shown, stored or exported. Pure.

Header values are masked by name, and so are values of the query, of JSON and of forms
whose names the user listed. Where the values of masked headers appear again, in
variables, output or messages, they are masked, too.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from funclens.runner.history.http_message import Message

__all__ = ["ALWAYS", "MASK", "Redaction"]

MASK = "***"

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

_LEAST = 6
"""Minimum number of characters of a value that is masked wherever it appears."""
_PREFIX = 12
"""Number of characters by which a value is recognized, as texts may be cut off."""
_FORM = "application/x-www-form-urlencoded"

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

    def headers(self, headers: Headers) -> list[list[str]]:
        """Return headers as pairs with masked values."""
        return [[name, MASK if self.hides(name) else value] for name, value in headers]

    def hidden(self, headers: Headers) -> list[str]:
        """Return the names of headers whose values are masked."""
        return list(dict.fromkeys(name for name, _ in headers if self.hides(name)))

    def query(self, query: str) -> str:
        """Return a raw query, or a form, with masked values."""
        if not self._names:
            return query
        return "&".join(map(self._pair, query.split("&")))

    def target(self, target: str) -> str:
        """Return a request target with masked values in its query."""
        path, mark, query = target.partition("?")
        return path + mark + self.query(query)

    def body(self, text: str, content_type: str | None) -> str:
        """Return the text of a body with masked values."""
        if self._json_key is None:
            return text
        if _FORM in (content_type or "").lower():
            return self.query(text)
        return self._json(text, self._json_key)

    def secrets(self, *messages: Message | None) -> list[str]:
        """Return the masked values of headers, to mask them in other texts."""
        found: dict[str, None] = {}
        for message in messages:
            if message is None:
                continue
            for name, value in message.headers:
                if self.hides(name):
                    found.update(dict.fromkeys(_values(name, value)))
        return sorted((x for x in found if len(x) >= _LEAST), key=len, reverse=True)

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


def mask_values(text: str, secrets: Sequence[str]) -> str:
    """Replace secret values in a text, also those that are cut off."""
    for secret in secrets:
        start = secret[:_PREFIX]
        if start not in text:
            continue
        parts: list[str] = []
        at = 0
        while (found := text.find(start, at)) >= 0:
            end = found + len(start)
            while (
                end - found < len(secret) and text[end : end + 1] == secret[end - found]
            ):
                end += 1
            parts += (text[at:found], MASK)
            at = end
        text = "".join([*parts, text[at:]])
    return text


def mask_all(value: Any, secrets: Sequence[str]) -> Any:
    """Replace secret values in all texts of a JSON value."""
    if not secrets:
        return value
    if isinstance(value, str):
        return mask_values(value, secrets)
    if isinstance(value, list):
        return [mask_all(item, secrets) for item in value]
    if isinstance(value, dict):
        return {name: mask_all(item, secrets) for name, item in value.items()}
    return value


def _values(name: str, value: str) -> Iterable[str]:
    """Yield a value and its parts: the credentials of a scheme, values of cookies."""
    yield value
    if "cookie" in name.lower():
        for part in value.split(";"):
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


def _plain(name: str) -> str:
    """Return a name in the form in which names are compared."""
    return name.strip().lower().replace("_", "-")
