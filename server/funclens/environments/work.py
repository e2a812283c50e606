"""Groups units by the environment to create for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.environments.environment_plan import lacks_environment, plan_unit
from funclens.errors import FunclensError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from funclens.environments.environment_plan import EnvironmentPlan
    from funclens.model import Catalog, Unit

__all__ = ["plan_all", "units_without_environment"]


def units_without_environment(
    catalog: Catalog, pythons: Mapping[str, str]
) -> list[Unit]:
    """Return the units that lack one.

    `pythons` are the settings `python` by workspace folder.
    """
    return [
        unit
        for unit in catalog.units
        if lacks_environment(unit, pythons.get(unit.folder, ""))
    ]


def plan_all(
    units: Iterable[Unit], catalog: Catalog, pythons: Mapping[str, str]
) -> Iterator[tuple[EnvironmentPlan | FunclensError, list[Unit]]]:
    """Yield each environment, or why it can't be planned, with its units."""
    plans: dict[str, tuple[EnvironmentPlan, list[Unit]]] = {}
    for unit in units:
        plan = _planned(unit, catalog, pythons)
        if isinstance(plan, FunclensError):
            yield plan, [unit]
        else:
            plans.setdefault(plan.folder, (plan, []))[1].append(unit)
    yield from plans.values()


def _planned(
    unit: Unit, catalog: Catalog, pythons: Mapping[str, str]
) -> EnvironmentPlan | FunclensError:
    try:
        return plan_unit(unit, catalog, pythons.get(unit.folder, ""))
    except FunclensError as error:
        return error
