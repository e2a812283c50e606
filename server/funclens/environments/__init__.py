"""Create virtual environments for units that have none.

`environment_plan` decides on location, Python and requirements; `build` creates the
environment.
"""

from __future__ import annotations

from funclens.environments.build import EnvironmentBuild
from funclens.environments.environment_plan import (
    EnvironmentPlan,
    lacks_environment,
    plan_unit,
)

__all__ = ["EnvironmentBuild", "EnvironmentPlan", "lacks_environment", "plan_unit"]
