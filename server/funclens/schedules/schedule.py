"""The runs of a schedule in its time zone, daylight saving included.

cronsim finds them. It is not imported before a schedule is looked at.
"""

from __future__ import annotations

import heapq
import re
from datetime import datetime, timedelta, timezone
from itertools import count, groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from funclens.errors import UsageError
from funclens.schedules.app_engine import (
    DAYS,
    MONTHS,
    cron_expressions,
    interval_of,
    is_app_engine,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import tzinfo

    from funclens.model import Function

__all__ = ["next_run", "parse_schedule", "schedules_of"]

_FIELD = re.compile(r"[0-9a-z*,/-]+", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_WORDS = frozenset((*DAYS, *MONTHS))
_LONGEST = 200
_HINT = (
    "use unix-cron such as '0 3 * * *', or App Engine syntax such as 'every day 03:00'"
)


def parse_schedule(
    schedule: str, zone: str = ""
) -> Callable[[datetime], Iterator[datetime]]:
    """Return what yields the runs after a moment, in the time zone of the schedule.

    `zone` is UTC by default, as in gcloud and in Firebase's 2nd generation. Raises
    UsageError if one of the two is invalid.
    """
    place = _time_zone(zone)
    words = " ".join(schedule.lower().split())
    every = interval_of(words)
    if every is not None:
        return lambda after: _every(every, after.astimezone(place))
    expressions = _expressions(schedule, words)
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - see above

    def runs(after: datetime) -> Iterator[datetime]:
        start = after.astimezone(place)
        found = (CronSim(text, start) for text in expressions)
        # Times of one zone compare as its clocks show them, which is ambiguous.
        merged = heapq.merge(*found, key=datetime.timestamp)
        return (next(same) for _, same in groupby(merged, datetime.timestamp))

    try:
        runs(datetime.now(timezone.utc))
    except CronSimError as error:
        reason = str(error)[:1].lower() + str(error)[1:]
        raise UsageError(
            f"invalid schedule '{schedule}': {reason}", hint=_HINT
        ) from error
    return runs


def schedules_of(function: Function) -> list[tuple[str, str]]:
    """Return the known schedules of a function with their time zones."""
    return [
        (trigger.get("schedule"), trigger.get("time_zone"))
        for trigger in function.triggers
        if trigger.get("schedule")
    ]


def next_run(function: Function, now: datetime) -> datetime | None:
    """Return when a function runs next by its schedules; None if that is unknown.

    It is for invalid schedules, for `every N minutes`, which begins when the job is
    created, and without cronsim.
    """
    found = []
    for schedule, zone in schedules_of(function):
        if interval_of(" ".join(schedule.lower().split())) is not None:
            continue
        try:
            found.append(next(parse_schedule(schedule, zone)(now)))
        except (UsageError, ImportError, StopIteration):
            continue
    return min(found, key=datetime.timestamp, default=None)


def _expressions(schedule: str, words: str) -> list[str]:
    if len(schedule) <= _LONGEST:
        if is_app_engine(words):
            try:
                return cron_expressions(words)
            except ValueError:
                pass
        elif _is_unix_cron(words):
            return [words]
    raise UsageError(f"invalid schedule '{schedule[:_LONGEST]}'", hint=_HINT)


def _is_unix_cron(words: str) -> bool:
    """Return whether there are five fields without the extensions of cronsim."""
    fields = words.split()
    return (
        len(fields) == 5
        and all(_FIELD.fullmatch(field) for field in fields)
        and all(word in _WORDS for word in _WORD.findall(words))
    )


def _every(interval: timedelta, start: datetime) -> Iterator[datetime]:
    base = start.astimezone(timezone.utc)
    return ((base + interval * n).astimezone(start.tzinfo) for n in count(1))


def _time_zone(name: str) -> tzinfo:
    if name.upper() in {"", "UTC", "ETC/UTC"}:
        return timezone.utc
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError(
            f"unknown time zone '{name}'",
            hint="use a name such as Europe/Rome; a machine without time zones needs "
            "the package tzdata",
        ) from error
