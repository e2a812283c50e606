"""When a scheduled function runs next."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funclens.model import Function

__all__ = ["next_run_of", "next_run_text", "schedule_text"]


def next_run_of(function: Function, now: datetime) -> datetime | None:
    """Return the next run in the time zone of its schedule; None if unknown."""
    if not _is_scheduled(function):
        return None
    from funclens.schedules import next_run  # noqa: PLC0415 - few have a schedule

    return next_run(function, now)


def next_run_text(function: Function) -> str:
    """Return the next run in words; empty if unknown."""
    if not _is_scheduled(function):
        return ""
    from funclens.schedules import run_text  # noqa: PLC0415 - few have a schedule

    return run_text.next_run_text(function, datetime.now(timezone.utc))


def schedule_text(function: Function) -> str:
    """Return the next run in words, or how often it runs; empty if unknown."""
    text = next_run_text(function)
    if text or not _is_scheduled(function):
        return text
    from funclens.schedules import run_text  # noqa: PLC0415 - few have a schedule

    return run_text.interval_text(function)


def _is_scheduled(function: Function) -> bool:
    return any(item.kind == "schedule" for item in function.triggers)
