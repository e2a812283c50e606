"""Limits the work spent on reading one file."""

from __future__ import annotations

__all__ = ["Budget", "OverBudgetError"]


class OverBudgetError(Exception):
    """Reading a file took more steps than allowed; the file is skipped."""

    def __init__(self, reason: str = "took too long") -> None:
        super().__init__(reason)


class Budget:
    """Remaining steps. Steps instead of seconds, so that results are deterministic."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Spend steps. Raises OverBudgetError if too few are left."""
        self._left -= steps
        if self._left < 0:
            raise OverBudgetError

    def take(self) -> bool:
        """Spend one step; return whether one was left."""
        self._left -= 1
        return self._left >= 0

    @property
    def is_spent(self) -> bool:
        """True once more steps were requested than available."""
        return self._left < 0
