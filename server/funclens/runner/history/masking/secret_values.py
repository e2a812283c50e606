"""Masks the values of secrets where they appear again: in output, variables, echoes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["MASK", "mask_all", "mask_bytes", "mask_values", "secret_values"]

MASK = "***"

_LEAST = 6
"""Minimum number of characters of a value that is masked wherever it appears."""
_PREFIX = 12
"""Number of characters by which a value is recognized, as texts may be cut off."""
_MOST = 100
"""Maximum number of values to search for."""


def secret_values(values: Iterable[str]) -> list[str]:
    """Return the values to search for, each as JSON and addresses write it, too."""
    found: dict[str, None] = {}
    for value in values:
        if len(value) >= _LEAST:
            found.update(dict.fromkeys(_written(value)))
        if len(found) >= _MOST:
            break
    return sorted(found, key=len, reverse=True)


def mask_values(text: str, secrets: Sequence[str]) -> str:
    """Replace secret values in a text, also those that are cut off."""
    for secret in secrets:
        start = secret[:_PREFIX]
        if start not in text:
            continue
        parts: list[str] = []
        at = 0
        while (found := text.find(start, at)) >= 0:
            parts += (text[at:found], MASK)
            at = _end(text, found, secret)
        text = "".join([*parts, text[at:]])
    return text


def mask_bytes(data: bytes, secrets: Sequence[str]) -> bytes:
    """Replace secret values in bytes, which need not be text."""
    known = [secret.encode().decode("latin-1") for secret in secrets]
    return mask_values(data.decode("latin-1"), known).encode("latin-1")


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


def _written(value: str) -> Iterator[str]:
    yield value
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield quote(value, safe="", errors="replace")
    yield quote_plus(value, errors="replace")
    yield repr(value)[1:-1]


def _end(text: str, found: int, secret: str) -> int:
    """Return where a value ends that begins like a secret."""
    if text.startswith(secret, found):
        return found + len(secret)
    end = found + _PREFIX
    while text[end : end + 1] == secret[end - found]:
        end += 1
    return end
