"""The requests of a unit that wait for its worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funclens.runner.http.pending import PendingRequest
    from funclens.runner.units.refusals import Refusals
    from funclens.runner.units.status import UnitFailure

__all__ = ["WAITING_LIMIT", "WaitingRequests"]

WAITING_LIMIT = 512
"""Maximum number of requests that wait for a worker to start."""


class WaitingRequests:
    """Keeps requests in order of arrival until they are taken or refused."""

    def __init__(self, unit: str, refusals: Refusals) -> None:
        self._unit = unit
        self._refusals = refusals
        self._requests: list[PendingRequest] = []

    def __bool__(self) -> bool:
        """Return whether a request waits."""
        return bool(self._requests)

    @property
    def is_full(self) -> bool:
        """Whether no further request may wait."""
        return len(self._requests) >= WAITING_LIMIT

    def add(self, request: PendingRequest) -> None:
        """Let a request wait."""
        self._requests.append(request)

    def take(self, until: float | None = None) -> list[PendingRequest]:
        """Return and forget all requests, or those that arrived up to a moment.

        `until` is a time of the event loop's clock.
        """
        taken, kept = self._requests, []
        if until is not None:
            kept = [item for item in taken if item.arrived > until]
            taken = [item for item in taken if item.arrived <= until]
        self._requests = kept
        return taken

    def fail(self, failure: UnitFailure) -> None:
        """Respond to all requests that the unit failed to load."""
        for request in self.take():
            self._refusals.failed(self._unit, request, "failed to load", failure)

    def refuse_stopped(self) -> None:
        """Respond to all requests that the unit was stopped."""
        for request in self.take():
            self._refusals.stopped(self._unit, request)

    def do_without_worker(self) -> None:
        """Respond to all requests that no worker can be started for now."""
        for request in self.take():
            self._refusals.out_of_descriptors(self._unit, request)
