"""Creates the environments of units, as `funclens setup` does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from funclens.agents.answers import EnvironmentInfo
from funclens.agents.bounds import last_lines
from funclens.environments import (
    EnvironmentBuild,
    plan_all,
    units_without_environment,
)
from funclens.errors import FunclensError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.agents.static_workspace import ReadCatalog
    from funclens.environments import EnvironmentPlan
    from funclens.model import Unit

__all__ = ["chosen_units", "set_up"]

_LINES = 40


def chosen_units(read: ReadCatalog, name: str | None) -> list[Unit]:
    """Return the named unit, or those without an environment. Raises UsageError."""
    units = {unit.id: unit for unit in read.catalog.units}
    if name is None:
        return units_without_environment(read.catalog, read.pythons)
    if name not in units:
        shown = ", ".join([*units][:20]) or "none"
        raise UsageError(f"no unit '{name}'", hint=f"units: {shown}")
    return [units[name]]


async def set_up(read: ReadCatalog, units: Sequence[Unit]) -> list[EnvironmentInfo]:
    """Create the environments one after the other; a failed one stops no other."""
    return [
        await _set_up(plan, [unit.id for unit in those])
        for plan, those in plan_all(units, read.catalog, read.pythons)
    ]


async def _set_up(
    plan: EnvironmentPlan | FunclensError, units: list[str]
) -> EnvironmentInfo:
    if isinstance(plan, FunclensError):
        return EnvironmentInfo(
            units=units, folder=None, error=str(plan), hint=plan.hint or None, output=[]
        )
    build = EnvironmentBuild(plan, lambda _line: None)
    error: FunclensError | None = None
    try:
        await asyncio.to_thread(build.run)
    except FunclensError as failed:
        error = failed
    except asyncio.CancelledError:
        build.cancel()
        raise
    return EnvironmentInfo(
        units=units,
        folder=plan.folder,
        error=str(error) if error else None,
        hint=(error.hint or None) if error else None,
        output=last_lines([*build.last_lines], _LINES) if error else [],
    )
