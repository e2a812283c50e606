"""How much work one deploy file is worth."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ScriptBudget"]


@dataclass(slots=True)
class ScriptBudget:
    """How much work is left for one deploy file."""

    steps: int = 20_000
    deployments: int = 2_000

    def spend(self) -> bool:
        """Take one step; return False when none is left."""
        self.steps -= 1
        return self.steps >= 0 and self.deployments > 0
