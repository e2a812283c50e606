"""Requests on their way to a worker, and the answer to those that get none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    import socket

    from funclens.runner.events import EventBus
    from funclens.runner.http.head import Head
    from funclens.runner.http.replies import Replies
    from funclens.runner.http.responses import Problem

__all__ = ["PendingRequest", "Refusals"]


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A request that is a function's, on its way to a worker."""

    number: int
    function: str
    """Id of the function."""
    head: Head
    target: str
    """The request target that production would see."""
    connection: socket.socket

    @property
    def data(self) -> bytes:
        """What was read, with the target that production would see."""
        return self.head.with_target(self.target)


class Refusals:
    """Answers requests that no worker gets, and publishes their end."""

    def __init__(self, bus: EventBus, replies: Replies) -> None:
        self._bus = bus
        self._replies = replies

    def send(self, unit: str, request: PendingRequest, response: Problem) -> None:
        """Answer a request for a function of the unit."""
        path, _, query = request.target.partition("?")
        self._bus.publish(
            "request",
            unit=unit,
            id=request.function,
            method=request.head.method,
            path=unquote(path),
            query=query,
            status=response.status,
            seconds=0.0,
        )
        self._replies.answer(request.head, request.connection, response)
