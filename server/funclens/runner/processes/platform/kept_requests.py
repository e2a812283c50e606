"""Requests that were passed to one worker, until they end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    from funclens.runner.http.pending import PendingRequest

__all__ = ["KeptRequests", "LeftRequests"]


@dataclass(slots=True)
class LeftRequests:
    """Requests of a dead worker."""

    untaken: list[PendingRequest] = field(default_factory=list)
    """Not taken by the worker; another one can handle them."""
    unanswered: list[PendingRequest] = field(default_factory=list)
    """Taken, without a byte of a response sent."""
    begun: list[PendingRequest] = field(default_factory=list)
    """Part of the response may have been sent."""


class KeptRequests(Protocol):
    """Keeps the requests of one worker, and knows how far each has come."""

    keeps_connections: bool
    """Whether connections are needed after a response has started."""
    descriptor: int | None
    """Descriptor to send with the manifest."""

    @property
    def is_empty(self) -> bool:
        """Whether every request has ended."""

    @property
    def has_room(self) -> bool:
        """Whether another request can be kept."""

    def sent_descriptor(self) -> None:
        """Record that `descriptor`, or that of a request, has been sent."""

    def hand_over(
        self, request: PendingRequest, function: int
    ) -> tuple[bytes, int | None]:
        """Keep a request; return the frame for the worker, and the descriptor with it.

        `function` is its function's index in the manifest.
        """

    def finish(self, number: int) -> PendingRequest | None:
        """Return and drop a request after the worker reported that it is done."""

    def give_up(self, number: int) -> bool:
        """Expect no response to a request that the worker still has.

        Return whether part of one may have been sent.
        """

    def take_back(self, number: int) -> PendingRequest:
        """Return and drop a request whose connection the worker didn't get."""

    def leave(self) -> LeftRequests:
        """Return all requests after the worker's death."""
