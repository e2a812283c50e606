"""The front door: owns the public port, decides whose a request is, hands it over.

It runs no user code and never proxies. A connection is read until its head is
complete, then the worker gets the socket and what was read; the front door keeps
nothing of it. What no function answers, it answers itself; what is for the runner
(the page, control) waits in `own_requests`.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from funclens.runner.http import responses, router
from funclens.runner.http.acceptor import Acceptor
from funclens.runner.http.access import Access
from funclens.runner.http.pending import PendingRequest

if TYPE_CHECKING:
    import socket

    from funclens.model import Catalog
    from funclens.runner.events import EventBus
    from funclens.runner.http.head import Head
    from funclens.runner.http.replies import Replies
    from funclens.runner.http.responses import Problem
    from funclens.runner.units.pool import WorkerPool

__all__ = ["FrontDoor", "FrontDoorOptions", "OwnRequest"]

_DIGITS = re.compile(r"[0-9]{1,4300}")
"""A length that Python makes a number of; the worker's server refuses the others."""

OWN_REQUESTS_LIMIT = 256
"""Requests for the runner itself that wait before more are refused."""

REFUSALS_LIMIT = 20
"""Origins of refused pages that are named; a page can have any number of them."""


@dataclass(frozen=True, slots=True)
class FrontDoorOptions:
    """What a runner's user says about the front door. Times are in seconds."""

    allow_host: tuple[str, ...] = ()
    """Further Host headers that are answered."""
    allow_origin: tuple[str, ...] = ()
    """Origins of web pages that are answered although they are of another site."""
    target: str | None = None
    """Id of the function that gets what no other name matches."""
    body_limit: int = 32 * 1024 * 1024
    """Bytes of a body that are taken; 0 for no limit."""
    head_seconds: float = 30.0
    """How long a client may take to send its request head."""


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request for the runner itself."""

    path: str
    """Below `/_funclens`, with a leading slash; empty for `/`."""
    head: Head
    connection: socket.socket


class FrontDoor:
    """Accepts on one listening socket, routes, and hands requests over."""

    def __init__(
        self,
        listener: socket.socket,
        options: FrontDoorOptions,
        pool: WorkerPool,
        bus: EventBus,
        replies: Replies,
    ) -> None:
        self.own_requests: asyncio.Queue[OwnRequest] = asyncio.Queue(OWN_REQUESTS_LIMIT)
        """Requests for the page and for control, in the order of their arrival."""
        self.url = _url(listener)
        """Address of the runner, without a trailing slash."""
        self._options = options
        self._access = Access(options.allow_host, options.allow_origin)
        self._pool = pool
        self._bus = bus
        self._replies = replies
        self._refused: set[str] = set()
        """Origins of pages whose refusal was said."""
        self._numbers = itertools.count(1)
        self._acceptor = Acceptor(listener, options.head_seconds, self)
        self.update(pool.catalog)

    def open(self) -> None:
        """Begin to answer requests."""
        self._acceptor.open()

    def close(self) -> None:
        """Take no more requests."""
        self._acceptor.close()

    def update(self, catalog: Catalog) -> None:
        """Route by another catalog."""
        self._router = router.Router(catalog, self._access, self._options.target)

    def take(self, head: Head, connection: socket.socket) -> None:
        """Do with a request what the router decides; answer it if that fails."""
        try:
            self._route(head, connection)
        except Exception as error:  # noqa: BLE001 - whoever sent it waits
            problem = responses.internal_error(head, error)
            self._replies.answer(head, connection, problem)

    def refuse(self, connection: socket.socket, reason: str, status: int) -> None:
        """Answer what is not a request."""
        response = responses.bad_request(reason, status)
        self._replies.send(connection, response.encode("GET"))

    def _route(self, head: Head, connection: socket.socket) -> None:
        decision = self._router.decide(head)
        if isinstance(decision, router.HandOver):
            if self._is_too_large(head):
                problem = responses.too_large(head, self._options.body_limit)
                self._replies.answer(head, connection, problem)
                return
            function = decision.function
            request = PendingRequest(
                next(self._numbers), function.id, head, decision.target, connection
            )
            self._pool.supervisor_of(function).deliver(request)
        elif isinstance(decision, (router.Control, router.Listing)):
            path = decision.path if isinstance(decision, router.Control) else ""
            try:
                self.own_requests.put_nowait(OwnRequest(path, head, connection))
            except asyncio.QueueFull:
                self.refuse(connection, "The runner has too much to do.", 503)
        else:
            if isinstance(decision, router.CrossSite):
                self._warn(decision.origin)
            self._replies.answer(head, connection, _problem(head, decision))

    def _warn(self, origin: str) -> None:
        """Say once that a page was refused: its author sees no reason in a browser."""
        if origin in self._refused or len(self._refused) == REFUSALS_LIMIT:
            return
        self._refused.add(origin)
        page = origin or "another site, which does not say its name"
        value = origin or "'*'"
        self._bus.publish(
            "warning",
            message=f"refused a request of a web page of {page}",
            hint=f"if it is yours, pass --allow-origin {value} or set allow-origin",
        )

    def _is_too_large(self, head: Head) -> bool:
        """Compare the announced length; a body in chunks announces none."""
        length = _DIGITS.fullmatch(head.header("Content-Length") or "")
        limit = self._options.body_limit
        return limit > 0 and length is not None and int(length[0]) > limit


def _problem(head: Head, decision: router.Decision) -> Problem:
    if isinstance(decision, router.Ambiguous):
        return responses.ambiguous(head, decision)
    if isinstance(decision, router.NotFound):
        return responses.not_found(head, decision)
    if isinstance(decision, router.CrossSite):
        return responses.cross_site(head, decision)
    if isinstance(decision, router.ForbiddenHost):
        return responses.forbidden_host(head, decision)
    return responses.no_path(head)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
