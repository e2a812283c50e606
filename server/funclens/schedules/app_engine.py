"""Translates App Engine's schedule syntax into unix-cron expressions. Pure.

https://cloud.google.com/appengine/docs/standard/scheduling-jobs-with-cron-yaml has the
syntax. No package reads it.
"""

from __future__ import annotations

import re
from datetime import timedelta

__all__ = ["DAYS", "MONTHS", "cron_expressions", "interval_of", "is_app_engine"]

_TIME = r"([01]?\d|2[0-3]):([0-5]\d)"
_INTERVAL = re.compile(
    r"every (\d{1,5}) (hour|min|minute)s?"
    rf"(?P<rest> synchronized| from {_TIME} to {_TIME})?"
)
_ON_DAYS = re.compile(
    rf"(?P<which>[\w,]+)(?: (?P<days>[a-z,]+))??(?: of (?P<months>[a-z,]+))? {_TIME}"
)
_DAY_MINUTES = 24 * 60
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONG_DAYS = (
    *("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"),
)
MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_LONG_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_ORDINALS = ("1st", "2nd", "3rd", "4th", "5th")
_LONG_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def is_app_engine(schedule: str) -> bool:
    """Return whether a schedule isn't five fields of unix-cron."""
    return re.match(r"every\b|[\w,]+ of\b|[a-z0-9,]+ [a-z,]{3,} ", schedule) is not None


def interval_of(schedule: str) -> timedelta | None:
    """Return the interval of `every N minutes`, which begins at an unknown time."""
    match = _INTERVAL.fullmatch(schedule)
    if match is None or match["rest"] or not int(match[1]):
        return None
    return timedelta(minutes=_minutes(match))


def cron_expressions(schedule: str) -> list[str]:
    """Return expressions that run together as the schedule does.

    `schedule` is in lower case, with single spaces. Raises ValueError.
    """
    if match := _INTERVAL.fullmatch(schedule):
        return _within_days(match)
    match = _ON_DAYS.fullmatch(schedule)
    if match is None:
        raise ValueError(schedule)
    hour, minute = int(match[4]), int(match[5])
    months = _months(match["months"] or "month")
    which, days = match["which"], match["days"]
    if days is None:
        numbers = which.split(",")
        if match["months"] is None or not all(
            item.isdecimal() and 1 <= int(item) <= 31 for item in numbers
        ):
            raise ValueError(schedule)
        return [f"{minute} {hour} {','.join(numbers)} {months} *"]
    if days == "day" and which == "every":
        return [f"{minute} {hour} * {months} *"]
    weekdays = [_index(day, DAYS, _LONG_DAYS) for day in days.split(",")]
    if which != "every":
        numbers = [_index(it, _ORDINALS, _LONG_ORDINALS) for it in which.split(",")]
        weekdays = [f"{day}#{int(n) + 1}" for day in weekdays for n in numbers]
    return [f"{minute} {hour} * {months} {','.join(weekdays)}"]


def _within_days(match: re.Match[str]) -> list[str]:
    """Return the expressions of `every N minutes` that begins at a known time."""
    step = _minutes(match)
    if step <= 0:
        raise ValueError(match[0])
    first, last = 0, _DAY_MINUTES - 1
    if match[4]:
        first = int(match[4]) * 60 + int(match[5])
        last = int(match[6]) * 60 + int(match[7])
    if last < first:
        raise ValueError(match[0])
    hours: dict[int, list[str]] = {}
    for at in range(first, last + 1, step):
        hours.setdefault(at // 60, []).append(str(at % 60))
    alike: dict[str, list[str]] = {}
    for hour, minutes in hours.items():
        alike.setdefault(",".join(minutes), []).append(str(hour))
    return [f"{minutes} {','.join(same)} * * *" for minutes, same in alike.items()]


def _minutes(match: re.Match[str]) -> int:
    return int(match[1]) * (60 if match[2] == "hour" else 1)


def _months(words: str) -> str:
    if words == "month":
        return "*"
    found = [int(_index(word, MONTHS, _LONG_MONTHS)) + 1 for word in words.split(",")]
    return ",".join(map(str, found))


def _index(word: str, short: tuple[str, ...], long: tuple[str, ...]) -> str:
    return str((short if word in short else long).index(word))
