"""Delays restarts of a unit whose workers keep crashing. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.runner.units.status import CrashLoopStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.runner.units.status import UnitFailure

__all__ = ["CrashLoop"]

_TOLERATED = 4
"""Number of crashes in a row before the next start is delayed."""
_FIRST_SECONDS = 0.5
_MOST_SECONDS = 30.0
_STEADY_SECONDS = 60.0
"""A worker that lives longer ends the loop."""


class CrashLoop:
    """Counts crashes of a unit's workers in a row, without a response in between.

    Only requests and users start workers, so there is no timer: a request that comes
    too early fails immediately with the reason.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._count = 0
        self._started_at = 0.0
        self._not_before = 0.0

    @property
    def seconds_left(self) -> float:
        """Seconds until a request may start a worker; 0 if it may do so now."""
        return max(0.0, self._not_before - self._clock())

    @property
    def status(self) -> CrashLoopStatus | None:
        """The crash loop, or None."""
        if self._count <= _TOLERATED:
            return None
        return CrashLoopStatus(self._count, self._delay)

    def started(self) -> None:
        """Record the start of a worker."""
        self._started_at = self._clock()

    def answered(self) -> None:
        """Record a response: the worker is healthy."""
        self._count = 0

    def forget(self) -> None:
        """Reset, because the code changed or the user started the unit."""
        self._count = 0
        self._not_before = 0.0

    def crashed(self) -> None:
        """Record an unexpected exit of a worker."""
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
        """Add the crash loop, if any, to a failure."""
        if self.status is None:
            return failure
        return replace(
            failure,
            error=f"crash loop ({self._count} in a row): {failure.error}",
            hint=f"Another worker starts with the next save, or with a request after "
            f"{self._delay:g} s.",
        )
