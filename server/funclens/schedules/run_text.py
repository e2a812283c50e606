"""When a scheduled function runs next, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.schedules.app_engine import interval_of
from funclens.schedules.schedule import next_run, schedules_of

if TYPE_CHECKING:
    from datetime import datetime

    from funclens.model import Function

__all__ = ["next_run_text"]


def next_run_text(function: Function, now: datetime) -> str:
    """Return the next run as an absolute time, which stays right while it is shown.

    Of `every 5 minutes`, which begins when the job is created, return the schedule.
    Empty if there is none that is valid.
    """
    run = next_run(function, now)
    if run is not None:
        return f"Next run {run:%a %d %b %H:%M %Z}"
    for schedule, _ in schedules_of(function):
        words = " ".join(schedule.lower().split())
        if interval_of(words) is not None:
            return f"Runs {words}"
    return ""
