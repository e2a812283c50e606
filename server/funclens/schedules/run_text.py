"""When a scheduled function runs next, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.schedules.app_engine import interval_of
from funclens.schedules.schedule import next_run, schedules_of

if TYPE_CHECKING:
    from datetime import datetime

    from funclens.model import Function

__all__ = ["interval_text", "next_run_text"]


def next_run_text(function: Function, now: datetime) -> str:
    """Return the next run as an absolute time, which stays right while it is shown.

    Empty if it is unknown.
    """
    run = next_run(function, now)
    return f"Next run {run:%a %d %b %H:%M %Z}" if run is not None else ""


def interval_text(function: Function) -> str:
    """Return a schedule such as `every 5 minutes`, whose runs aren't known, or ""."""
    for schedule, _ in schedules_of(function):
        words = " ".join(schedule.lower().split())
        if interval_of(words) is not None:
            return f"Runs {words}"
    return ""
