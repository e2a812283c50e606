"""Slows down the restarts of a unit whose workers end again and again. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.runner.units.status import CrashLoopStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.runner.units.status import UnitFailure

__all__ = ["CrashLoop"]

_TOLERATED = 4
"""Workers that may end in a row before the next one is delayed."""
_FIRST_SECONDS = 0.5
_MOST_SECONDS = 30.0
_STEADY_SECONDS = 60.0
"""A worker that lives as long is no part of a loop."""


class CrashLoop:
    """Counts the workers of a unit that ended without an answer between them.

    Nothing restarts a worker but a request or a person, so there is no timer: a
    request that comes too early gets the reason at once.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._count = 0
        self._started_at = 0.0
        self._not_before = 0.0

    @property
    def seconds_left(self) -> float:
        """How long a request has to wait until it starts a worker; 0 for not at all."""
        return max(0.0, self._not_before - self._clock())

    @property
    def status(self) -> CrashLoopStatus | None:
        """The loop, if there is one."""
        if self._count <= _TOLERATED:
            return None
        return CrashLoopStatus(self._count, self._delay)

    def started(self) -> None:
        """Take note of a worker's start."""
        self._started_at = self._clock()

    def answered(self) -> None:
        """Take note of an answer: the worker works."""
        self._count = 0

    def forget(self) -> None:
        """Begin again: the code has changed, or somebody asked for a start."""
        self._count = 0
        self._not_before = 0.0

    def crashed(self) -> None:
        """Take note of a worker that ended, and was not asked to."""
        now = self._clock()
        if now - self._started_at >= _STEADY_SECONDS:
            self._count = 0
        self._count += 1
        if self._count > _TOLERATED:
            self._not_before = now + self._delay

    @property
    def _delay(self) -> float:
        doublings = min(self._count - _TOLERATED - 1, 16)
        return min(_MOST_SECONDS, _FIRST_SECONDS * (1 << doublings))

    def explain(self, failure: UnitFailure) -> UnitFailure:
        """Add the loop, if there is one, to why the unit has no worker."""
        if self.status is None:
            return failure
        return replace(
            failure,
            error=f"crash loop ({self._count} in a row): {failure.error}",
            hint=f"Another worker starts with the next save, or with a request after "
            f"{self._delay:g} s.",
        )
