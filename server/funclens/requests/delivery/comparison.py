"""What differs between the responses to two deliveries of one event."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Headers", "differences", "output_differences"]

_VARYING = frozenset({"date", "server", "content-length"})
_LONGEST = 100_000
"""Bytes of a body to compare line by line."""

_LONGEST_LINE = 500
_MOST_LINES = 500

Headers = tuple[tuple[str, str], ...]


def differences(
    first: tuple[int, Headers, bytes], second: tuple[int, Headers, bytes]
) -> list[str]:
    """Return lines that say what differs in status, headers and body; may be empty."""
    found = []
    if first[0] != second[0]:
        found.append(f"status: {first[0]}, then {second[0]}")
    found += _of_headers(first[1], second[1])
    if first[2] != second[2]:
        found += _of_bodies(first[2], second[2])
    return found


def _of_headers(first: Headers, second: Headers) -> list[str]:
    one, other = _by_name(first), _by_name(second)
    return [
        f"header {name}: {one.get(name, 'missing')}, then {other.get(name, 'missing')}"
        for name in dict.fromkeys((*one, *other))
        if name not in _VARYING and one.get(name) != other.get(name)
    ]


def _by_name(headers: Headers) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def _of_bodies(first: bytes, second: bytes) -> Sequence[str]:
    sizes = [f"body: {len(first):,} bytes, then {len(second):,} bytes"]
    if max(len(first), len(second)) > _LONGEST:
        return sizes
    try:
        texts = first.decode().splitlines(), second.decode().splitlines()
    except UnicodeDecodeError:
        return sizes
    if max(map(len, texts)) > _MOST_LINES:
        return sizes
    return _changes("body", *texts)


def output_differences(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Return lines that say what differs in printed lines; may be empty."""
    if list(first) == list(second):
        return []
    if max(len(first), len(second)) > _MOST_LINES:
        return [f"output: {len(first):,} lines, then {len(second):,} lines"]
    return _changes("output", first, second)


def _changes(what: str, first: Sequence[str], second: Sequence[str]) -> list[str]:
    lines = difflib.unified_diff(first, second, "first", "second", lineterm="", n=1)
    return [f"{what}:", *(f"  {line[:_LONGEST_LINE]}" for line in list(lines)[2:40])]
