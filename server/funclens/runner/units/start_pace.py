"""Lets a start come to its end when saves come faster than the module loads. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["StartPace"]

_IN_VAIN = 2
"""Starts in a row that saves may end before one of them is let through."""
PATIENCE_SECONDS = 10.0
"""How long it may take: a module that hangs is ended by the next save."""


class StartPace:
    """Counts starts that were ended before the worker was ready.

    Somebody who saves every second would otherwise never get an answer from a unit
    that takes longer to load.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._in_vain = 0
        self._started_at = 0.0
        self.asked_at: float | None = None
        """When a replacement was put off: requests that came later are for it."""

    @property
    def must_wait(self) -> bool:
        """Whether the start that is under way must not be ended."""
        return self._in_vain >= _IN_VAIN and self.seconds_left > 0

    @property
    def seconds_left(self) -> float:
        """How long it may take at most."""
        return self._started_at + PATIENCE_SECONDS - self._clock()

    def started(self) -> None:
        """Take note of a start."""
        self._started_at = self._clock()
        self.asked_at = None

    def ended_early(self) -> None:
        """Take note that a start was ended by a save."""
        self._in_vain += 1

    def ready(self) -> None:
        """Take note that the worker is ready, or has failed by itself."""
        self._in_vain = 0

    def put_off(self) -> bool:
        """Put a replacement off; False when one was put off already."""
        if self.asked_at is not None:
            return False
        self.asked_at = self._clock()
        return True
