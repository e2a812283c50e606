"""`invalid-schedule`: schedules and time zones that Cloud Scheduler rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.catalog.rules.context import problem_at
from funclens.model import Severity
from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context
    from funclens.model import Problem, Trigger

__all__ = ["invalid_schedules"]

_LONGEST = 60
_WHERE = {
    "decorator": "its decorator",
    "deploy-file": "a deploy file",
    "setting": "the setting `triggers`",
}


def invalid_schedules(context: Context) -> Iterator[Problem]:
    """Yield a problem for each schedule of a function with which no job is created."""
    for served in context.definitions:
        for trigger in served.function.triggers:
            reason = _reason(trigger) if trigger.kind == "schedule" else ""
            if reason:
                where = _WHERE.get(trigger.origin, "a deploy file")
                yield problem_at(
                    served,
                    "invalid-schedule",
                    Severity.ERROR,
                    f"Cloud Scheduler rejects the {reason} (from {where}).",
                )


def _reason(trigger: Trigger) -> str:
    # Few workspaces have schedules.
    from funclens.schedules.validity import (  # noqa: PLC0415
        schedule_error,
        time_zone_error,
    )

    schedule, zone = trigger.get("schedule"), trigger.get("time_zone")
    if error := schedule_error(schedule):
        return f"schedule `{_shown(schedule)}`: {error}"
    if error := time_zone_error(zone):
        return f"time zone `{_shown(zone)}`: {error}"
    return ""


def _shown(text: str) -> str:
    return printable(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
