"""Limits the work spent on one deploy file."""

from __future__ import annotations

from funclens.dataclass import dataclass

__all__ = ["ScriptBudget"]


@dataclass(slots=True)
class ScriptBudget:
    """Remaining steps for one deploy file."""

    steps: int = 20_000
    deployments: int = 2_000

    def spend(self) -> bool:
        """Spend one step; return False if none is left."""
        self.steps -= 1
        return self.steps >= 0 and self.deployments > 0
