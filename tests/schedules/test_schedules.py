"""When schedules run: both syntaxes, time zones, and the days when clocks change."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import islice

import pytest

from funclens.errors import UsageError
from funclens.schedules import parse_schedule
from funclens.schedules.validity import schedule_error, time_zone_error

NOW = datetime(2026, 11, 26, 8, 30, tzinfo=timezone.utc)  # a Thursday


def runs(schedule, zone="", after=NOW, count=3):
    """Return the next runs as local times."""
    found = islice(parse_schedule(schedule, zone)(after), count)
    return [run.strftime("%a %d %b %H:%M") for run in found]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("0 3 * * *", ["Fri 27 Nov 03:00", "Sat 28 Nov 03:00"]),
        ("*/30 9-10 * * MON-FRI", ["Thu 26 Nov 09:00", "Thu 26 Nov 09:30"]),
        ("0 0 29 2 *", ["Tue 29 Feb 00:00", "Sun 29 Feb 00:00"]),
        ("every 5 minutes", ["Thu 26 Nov 08:35", "Thu 26 Nov 08:40"]),
        ("every 1 hours", ["Thu 26 Nov 09:30", "Thu 26 Nov 10:30"]),
        ("every 20 mins synchronized", ["Thu 26 Nov 08:40", "Thu 26 Nov 09:00"]),
        (
            "every 7 minutes from 10:00 to 10:10",
            ["Thu 26 Nov 10:00", "Thu 26 Nov 10:07"],
        ),
        ("every day 09:00", ["Thu 26 Nov 09:00", "Fri 27 Nov 09:00"]),
        ("Every  monday 9:00", ["Mon 30 Nov 09:00", "Mon 07 Dec 09:00"]),
        ("every mon,wed 09:00", ["Mon 30 Nov 09:00", "Wed 02 Dec 09:00"]),
        ("2nd,third mon of march 17:00", ["Mon 08 Mar 17:00", "Mon 15 Mar 17:00"]),
        ("1 of jan,april 00:00", ["Fri 01 Jan 00:00", "Thu 01 Apr 00:00"]),
        ("1,15 of month 12:00", ["Tue 01 Dec 12:00", "Tue 15 Dec 12:00"]),
        ("first friday of month 12:00", ["Fri 04 Dec 12:00", "Fri 01 Jan 12:00"]),
    ],
)
def test_both_syntaxes_of_cloud_scheduler_are_known(schedule, expected):
    assert runs(schedule, count=2) == expected


def test_a_schedule_runs_in_its_time_zone():
    (run,) = islice(parse_schedule("0 3 * * *", "Asia/Tokyo")(NOW), 1)

    assert run.isoformat() == "2026-11-27T03:00:00+09:00"


def test_a_time_that_the_clock_skips_runs_when_it_has_skipped():
    """On 29 March 2026, 02:00 in Rome is 03:00."""
    before = datetime(2026, 3, 28, 12, tzinfo=timezone.utc)

    assert runs("30 2 * * *", "Europe/Rome", before, 2) == [
        "Sun 29 Mar 03:00",
        "Mon 30 Mar 02:30",
    ]


def test_a_time_that_the_clock_repeats_runs_once():
    """On 25 October 2026, 02:30 in Rome is there twice."""
    before = datetime(2026, 10, 24, 12, tzinfo=timezone.utc)

    assert runs("30 2 * * *", "Europe/Rome", before, 2) == [
        "Sun 25 Oct 02:30",
        "Mon 26 Oct 02:30",
    ]


def test_runs_that_the_clock_moves_together_are_one():
    before = datetime(2026, 3, 28, 23, 30, tzinfo=timezone.utc)
    schedule = "every 30 minutes from 01:30 to 03:00"

    assert runs(schedule, "Europe/Rome", before) == [
        "Sun 29 Mar 01:30",
        "Sun 29 Mar 03:00",
        "Mon 30 Mar 01:30",
    ]


@pytest.mark.parametrize(
    "schedule",
    [
        *("", "* * * *", "61 * * * *", "0 0 31 2 *", "0 0 L * *", "0 0 * * 1#2"),
        *("every 0 minutes", "every fortnight", "every day 25:00", "32 of month 09:00"),
        *(
            "0 0 1 of jan",
            "* * * * * *",
            "@daily",
            "x" * 10_000,
            "every 0 hours synchronized",
        ),
        *(
            "6th monday of month 09:00",
            "every 9 minutes from 14:00 to 10:00",
            "0 0 * * \0",
        ),
    ],
)
def test_invalid_schedules_are_named(schedule):
    with pytest.raises(UsageError, match="invalid schedule") as caught:
        parse_schedule(schedule)

    assert "unix-cron" in caught.value.hint


@pytest.mark.parametrize(
    "zone", ["Mars/Base", "../../etc/passwd", "Europe", "\0", "/x"]
)
def test_unknown_time_zones_are_named(zone):
    with pytest.raises(UsageError, match="unknown time zone"):
        parse_schedule("0 3 * * *", zone)


@pytest.mark.parametrize(
    ("schedule", "error"),
    [
        ("0 3 * * *", ""),
        ("every 24 hours", ""),
        ("1 of jan,apr,jul,oct 00:00", ""),
        ("", ""),
        ("@daily", ""),
        ("0 0 L * *", ""),
        ("${var.schedule}", ""),
        ("1st monday of quarter 09:00", ""),
        ("61 * * * *", "bad minute"),
        ("0 0 3 * * *", "it is neither unix-cron nor App Engine syntax"),
        ("every 2 weeks", "it is neither unix-cron nor App Engine syntax"),
    ],
)
def test_a_schedule_is_wrong_only_where_that_is_certain(schedule, error):
    assert schedule_error(schedule) == error


@pytest.mark.parametrize(
    ("zone", "error"),
    [
        ("", ""),
        ("Europe/Rome", ""),
        ("europe/rome", ""),
        ("<your zone>", ""),
        (
            "Europe/Roma",
            "the tz database has no such name; did you mean `Europe/Rome`?",
        ),
        ("Nowhere at all", "the tz database has no such name"),
    ],
)
def test_a_time_zone_is_wrong_only_where_that_is_certain(zone, error):
    assert time_zone_error(zone) == error
