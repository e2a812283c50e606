"""Measures cold starts for `funclens check --cold-start-budget`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.errors import UsageError

if TYPE_CHECKING:
    from funclens.cli.opened import Opened

__all__ = ["measured", "parse_seconds"]

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|)")


def parse_seconds(text: str) -> float:
    """Parse a duration such as `2s`, `1.5s` or `800ms`. Raises UsageError."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or not float(found[1]):
        raise UsageError(
            f"--cold-start-budget: invalid duration '{text}'",
            hint="write it as '2s', '1.5s' or '800ms'",
        )
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


def measured(opened: Opened, budget: float) -> Opened:
    """Load every unit; add cold starts and problems of those over the budget.

    The budget is in seconds. This runs the code of the workspace.
    """
    from funclens.catalog.rules.table import judged  # noqa: PLC0415 - on request only
    from funclens.cold_start.budget_problems import (  # noqa: PLC0415
        load_failure,
        slow_cold_start,
    )
    from funclens.runner.measuring.fresh_load import load_units  # noqa: PLC0415
    from funclens.runner.processes.options import (  # noqa: PLC0415
        FolderOptions,
        WorkerOptions,
    )

    options = WorkerOptions(folders=FolderOptions.of_all(opened.settings))
    problems, cold_starts = [], {}
    for load in load_units(opened.catalog, options, budget):
        failure, start = load.failure, load.cold_start
        if start is not None:
            cold_starts[load.unit.id] = start
        if failure is not None:
            found = load_failure(load.unit, failure.error, failure.file, failure.line)
            problems.append(found)
        elif start is not None and start.seconds > budget:
            problems.append(slow_cold_start(load.unit, start, budget, _read))
    known = [*opened.catalog.problems, *problems]
    catalog = replace(opened.catalog, problems=judged(known, opened.facts))
    return replace(opened, catalog=catalog, cold_starts=cold_starts)


def _read(path: str) -> bytes | None:
    from funclens.regular_file import read_regular  # noqa: PLC0415

    try:
        return read_regular(path)
    except OSError:
        return None
