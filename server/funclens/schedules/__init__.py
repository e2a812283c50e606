"""When a schedule runs: Cloud Scheduler's unix-cron and App Engine syntax."""

from __future__ import annotations

from funclens.schedules.run_text import next_run_text
from funclens.schedules.schedule import next_run, parse_schedule, schedules_of

__all__ = ["next_run", "next_run_text", "parse_schedule", "schedules_of"]
