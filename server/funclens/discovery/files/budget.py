"""How much work the reading of one file may be."""

from __future__ import annotations

__all__ = ["Budget", "OverBudgetError"]


class OverBudgetError(Exception):
    """The content of a file outran what its reader may do; the file is left out."""

    def __init__(self, reason: str = "took too long") -> None:
        super().__init__(reason)


class Budget:
    """Steps that are left. Counted, not timed: the same file always ends alike."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Take steps. Raises OverBudgetError when there are not as many left."""
        self._left -= steps
        if self._left < 0:
            raise OverBudgetError

    def take(self) -> bool:
        """Take a step; return whether there was one left."""
        self._left -= 1
        return self._left >= 0

    @property
    def is_spent(self) -> bool:
        """True after more was taken than there was."""
        return self._left < 0
