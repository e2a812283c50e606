"""Requests whose bytes pass through the front door, and how far each has come.

A worker has taken a request once the front door has sent the request's head on the
connection that the worker opened for it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.runner.processes.platform.kept_requests import LeftRequests
from funclens.runner.processes.platform.portable.relay import Relay
from funclens_worker.contract import (
    CONNECTION_HEADER,
    RELAY_HEADER,
    SLOTS,
    FrameKind,
    encode_frame,
)

if TYPE_CHECKING:
    import socket

    from funclens.runner.http.pending import PendingRequest

__all__ = ["RelayedRequests"]


UNTAKEN_LIMIT = 768
"""Maximum number of requests that a worker has not taken."""


@dataclass(slots=True)
class _Relayed:
    request: PendingRequest
    relay: Relay | None = None
    """None until the worker has taken the request."""
    is_given_up: bool = False
    """Whether it has a response from elsewhere."""


class RelayedRequests:
    """Keeps the requests of one worker with their relays."""

    def __init__(self) -> None:
        self.keeps_connections = True
        self.descriptor: int | None = None
        self._requests: dict[int, _Relayed] = {}
        """By number, in order of arrival."""
        self._untaken = 0
        self._is_closed = False

    @property
    def is_empty(self) -> bool:
        """Whether every request has ended."""
        return not self._requests

    @property
    def has_room(self) -> bool:
        """Whether another request can be kept."""
        return len(self._requests) < SLOTS and self._untaken < UNTAKEN_LIMIT

    def sent_descriptor(self) -> None:
        """Do nothing: descriptors are not sent."""

    def hand_over(
        self, request: PendingRequest, function: int
    ) -> tuple[bytes, int | None]:
        """Keep a request; return the frame that tells the worker of it."""
        self._requests[request.number] = _Relayed(request)
        self._untaken += 1
        header = CONNECTION_HEADER.pack(function, request.connection.family, 0)
        return encode_frame(FrameKind.CONNECTION, request.number, header), None

    def connect(self, number: int, connection: socket.socket) -> None:
        """Pass a request to the worker, which has opened a connection for it."""
        relayed = self._requests.get(number)
        if relayed is None or relayed.relay is not None or self._is_closed:
            connection.close()
            return
        self._untaken -= 1
        request = relayed.request
        names = json.dumps(_names(request.connection)).encode()
        head = request.data
        first = RELAY_HEADER.pack(len(names), len(head)) + names + head
        relayed.relay = Relay(request.connection, connection, first)
        if relayed.is_given_up:
            relayed.relay.discard_response()

    def close(self) -> None:
        """Let the worker, which is dead, take no more requests."""
        self._is_closed = True

    def finish(self, number: int) -> PendingRequest | None:
        """Return and drop a request after the worker reported that it is done."""
        relayed = self._requests.pop(number, None)
        if relayed is None:
            return None
        relay, connection = relayed.relay, relayed.request.connection
        if relay is not None and not relay.is_over:
            if not relayed.is_given_up:  # the rest of the response is under way
                relay.on_over = connection.close
                return relayed.request
            relay.abort()
        connection.close()
        return relayed.request

    def give_up(self, number: int) -> bool:
        """Expect no response to a request that the worker still has.

        Return whether part of one has been sent.
        """
        relayed = self._requests[number]
        relayed.is_given_up = True
        if relayed.relay is None:
            return False
        relayed.relay.discard_response()
        return relayed.relay.has_begun

    def take_back(self, number: int) -> PendingRequest:
        """Return and drop a request whose connection the worker didn't get."""
        relayed = self._requests.pop(number)
        if relayed.relay is None:
            self._untaken -= 1
        else:
            relayed.relay.abort()
        return relayed.request

    def leave(self) -> LeftRequests:
        """Return all requests after the worker's death; responses are still sent."""
        self.close()
        left = LeftRequests()
        for relayed in self._requests.values():
            request, relay = relayed.request, relayed.relay
            if relayed.is_given_up:
                if relay is not None:
                    relay.abort()
                request.connection.close()
            elif relay is None:
                left.untaken.append(request)
            elif _finish(request, relay):
                left.begun.append(request)
            else:
                left.unanswered.append(request)
        self._requests.clear()
        return left


def _finish(request: PendingRequest, relay: Relay) -> bool:
    """Let the client have what is there of a response; return whether it has begun."""
    relay.finish()
    if relay.has_begun and not relay.is_over:
        # Who closes the request's connection leaves that of the relay open.
        connection = request.connection
        request.connection = connection.dup()
        relay.on_over = connection.close
    return relay.has_begun


def _names(connection: socket.socket) -> list[object]:
    """Return the client's address and the front door's, as the client sees it."""
    try:
        return [connection.getpeername(), connection.getsockname()]
    except OSError:  # the client disconnected
        return [None, None]
