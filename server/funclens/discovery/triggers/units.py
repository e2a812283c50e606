"""Sizes and durations as deploy files write them."""

from __future__ import annotations

import re

__all__ = ["mebibytes", "seconds"]

_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([kmgt]?)i?b?", re.IGNORECASE)
_FACTORS = {"k": 1 / 1024, "m": 1, "g": 1024, "t": 1024 * 1024}
_DURATION = re.compile(r"(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})(?:\.\d+)?s?)?")


def mebibytes(text: str) -> int | None:
    """Return a memory size such as `512Mi`, `512MB` or `1G`, or None.

    A number alone counts as bytes if it is large, else as MiB.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    number, unit = float(match[1]), match[2].lower()
    if not unit:
        return int(number) if number <= 65_536 else int(number / (1024 * 1024))
    return int(number * _FACTORS[unit]) or None


def seconds(text: str) -> int | None:
    """Return a duration such as `540`, `60s`, `9m` or `1h30m` in seconds, or None."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    hours, minutes, rest = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + rest
