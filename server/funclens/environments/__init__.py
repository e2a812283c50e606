"""Virtual environments for units that have none of their own.

`environment_plan` decides where, with which Python and from which requirements;
`build` makes it.
"""

from __future__ import annotations

from funclens.environments.build import EnvironmentBuild
from funclens.environments.environment_plan import (
    EnvironmentPlan,
    lacks_environment,
    plan_unit,
)

__all__ = ["EnvironmentBuild", "EnvironmentPlan", "lacks_environment", "plan_unit"]
