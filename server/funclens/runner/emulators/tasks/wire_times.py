"""Times and durations as they are in JSON of Google's APIs. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import overload

from funclens.runner.emulators.tasks.api_error import ApiError

__all__ = ["duration_text", "parse_duration", "parse_time", "time_text"]

_DURATION = re.compile(r"-?\d{1,12}(\.\d{1,9})?s")
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)"
)


def parse_duration(value: object, name: str) -> float | None:
    """Return seconds; None if there is no value. Raises ApiError."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        raise ApiError("INVALID_ARGUMENT", f"{name} must be a duration such as '3.5s'.")
    return float(value[:-1])


def parse_time(value: object, name: str) -> float | None:
    """Return seconds since 1970; None if there is no value. Raises ApiError."""
    if value is None or value == "":
        return None
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _wrong_time(name)
    try:
        zone = "+00:00" if found[3] in "Zz" else found[3]
        whole = datetime.fromisoformat(f"{found[1].upper()}{zone}").timestamp()
    except (ValueError, OverflowError):
        raise _wrong_time(name) from None
    return whole + float(f"0.{found[2] or 0}")


def _wrong_time(name: str) -> ApiError:
    return ApiError(
        "INVALID_ARGUMENT", f"{name} must be a time such as '2026-01-31T12:00:00Z'."
    )


@overload
def time_text(seconds: float) -> str: ...
@overload
def time_text(seconds: None) -> None: ...
def time_text(seconds: float | None) -> str | None:
    """Return a time in UTC with microseconds."""
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def duration_text(seconds: float) -> str:
    """Return a duration such as `3.5s`."""
    return f"{seconds:.9f}".rstrip("0").rstrip(".") + "s"
