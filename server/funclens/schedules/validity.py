"""Whether Cloud Scheduler takes a schedule and a time zone, where that is certain."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from funclens.errors import UsageError
from funclens.schedules.schedule import parse_schedule
from funclens.suggest import closest

__all__ = ["schedule_error", "time_zone_error"]

_UNCERTAIN = re.compile(
    r"[@?#${}<>%\[\]]|\b[0-9]*[LW]\b|\bquarter\b|\bevery (hour|minute|day)$|\dst of\b",
    re.IGNORECASE,
)
"""Syntax that may be accepted though no reference has it, and placeholders."""


@lru_cache(maxsize=1_000)
def schedule_error(schedule: str) -> str:
    """Return what is wrong with a schedule, as the end of a sentence; may be empty."""
    if not schedule.strip() or _UNCERTAIN.search(schedule):
        return ""
    try:
        parse_schedule(schedule)
    except UsageError as error:
        _, _, reason = str(error).partition("': ")
        return reason or "it is neither unix-cron nor App Engine syntax"
    except ImportError:  # cronsim
        return ""
    return ""


@lru_cache(maxsize=1_000)
def time_zone_error(name: str) -> str:
    """Return what is wrong with a time zone, as the end of a sentence; may be empty."""
    if not name or _UNCERTAIN.search(name) or _is_known(name):
        return ""
    if not _is_known("Europe/London"):  # this machine has no time zones
        return ""
    known = available_timezones()
    if name.lower() in {item.lower() for item in known}:
        return ""
    similar = closest(known, name)
    question = f"; did you mean `{similar}`?" if similar else ""
    return f"the tz database has no such name{question}"


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
