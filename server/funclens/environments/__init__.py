"""Create virtual environments for units that have none.

`needs` finds the units, `environment_plan` decides on location, Python and
requirements, `build` creates the environment.
"""

from __future__ import annotations

from funclens.environments.build import EnvironmentBuild
from funclens.environments.environment_plan import EnvironmentPlan
from funclens.environments.needs import NeedsFinder
from funclens.environments.work import plan_all, units_without_environment

__all__ = [
    "EnvironmentBuild",
    "EnvironmentPlan",
    "NeedsFinder",
    "plan_all",
    "units_without_environment",
]
