"""`invalid-schedule`: what Cloud Scheduler rejects, wherever it is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from funclens.model import Severity
from source_tree import problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

FIREBASE = """\
from firebase_functions import scheduler_fn

@scheduler_fn.on_schedule(schedule="{}", timezone="{}")
def nightly(event): ...
"""
HTTP = """\
import functions_framework

@functions_framework.http
def nightly(request):
    return ""
"""
ZONE_MESSAGE = (
    "Cloud Scheduler rejects the time zone `Europe/Roma`: the tz database has no such "
    "name; did you mean `Europe/Rome`?"
)
JOB = (
    "gcloud scheduler jobs create http j --schedule='{}' --time-zone={} "
    "--uri=https://us-central1-shop.cloudfunctions.net/nightly\n"
)


@pytest.mark.parametrize(
    ("schedule", "zone", "message"),
    [
        (
            "61 * * * *",
            "UTC",
            "Cloud Scheduler rejects the schedule `61 * * * *`: bad minute",
        ),
        (
            "every day 03:00",
            "Europe/Roma",
            ZONE_MESSAGE,
        ),
        ("every day 03:00", "Europe/Rome", ""),
    ],
)
def test_a_schedule_that_production_rejects_is_an_error(
    tmp_path: Path, schedule: str, zone: str, message: str
) -> None:
    setting = f"--schedule='{schedule}' --time-zone={zone}"
    trees = {
        "its decorator": {"main.py": FIREBASE.format(schedule, zone)},
        "a deploy file": {"main.py": HTTP, "jobs.sh": JOB.format(schedule, zone)},
        "the setting `triggers`": {
            "main.py": HTTP,
            "pyproject.toml": "[tool.funclens.triggers]\n"
            f'"main.nightly" = "{setting}"\n',
        },
    }
    for number, (where, files) in enumerate(trees.items()):
        folder = write_tree(tmp_path / str(number), files)
        found = [p for p in problems_of(folder) if p.code == "invalid-schedule"]

        wanted = [f"{message} (from {where})."] if message else []
        assert [problem.message for problem in found] == wanted
        assert {problem.severity for problem in found} <= {Severity.ERROR}
