"""The front door: owns the public port, routes requests and hands them over.

It runs no user code and never proxies. It reads a connection until its request head is
complete, then passes the socket and the bytes read to the worker. Requests that no
function handles get a response from the front door; requests for the runner itself (the
page, control) are queued in `own_requests`.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.runner.http import responses, router
from funclens.runner.http.acceptor import Acceptor
from funclens.runner.http.access import Access
from funclens.runner.http.pending import PendingRequest

if TYPE_CHECKING:
    import socket

    from funclens.model import Catalog
    from funclens.runner.events import EventBus
    from funclens.runner.history.history import History
    from funclens.runner.http.head import Head
    from funclens.runner.http.replies import Replies
    from funclens.runner.http.responses import Problem
    from funclens.runner.units.pool import WorkerPool

__all__ = ["FrontDoor", "FrontDoorOptions", "OwnRequest"]

_DIGITS = re.compile(r"[0-9]{1,4300}")
"""A length that Python can convert; the worker's server rejects all others."""

OWN_REQUESTS_LIMIT = 256
"""Maximum number of queued requests for the runner itself."""

REFUSALS_LIMIT = 20
"""Maximum number of refused origins to report; a page may have any number."""


@dataclass(frozen=True, slots=True)
class FrontDoorOptions:
    """Options of the front door. Times are in seconds."""

    allow_host: tuple[str, ...] = ()
    """Additional Host headers to accept."""
    allow_origin: tuple[str, ...] = ()
    """Origins of other sites' web pages to accept."""
    target: str | None = None
    """Id of the function that gets requests without a matching name."""
    body_limit: int = 32 * 1024 * 1024
    """Maximum body size in bytes; 0 for no limit."""
    head_seconds: float = 30.0
    """Maximum time for a client to send its request head."""
    traces: bool = False
    """Whether functions get trace headers, and may send spans."""


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request for the runner itself."""

    path: str
    """Path below `/_funclens`, with a leading slash; empty for `/`."""
    head: Head
    connection: socket.socket


class FrontDoor:
    """Accepts on one listening socket, routes requests and hands them over."""

    def __init__(
        self,
        listener: socket.socket,
        options: FrontDoorOptions,
        pool: WorkerPool,
        bus: EventBus,
        replies: Replies,
        *,
        history: History,
    ) -> None:
        self.own_requests: asyncio.Queue[OwnRequest] = asyncio.Queue(OWN_REQUESTS_LIMIT)
        """Requests for the page and for control, in order of arrival."""
        self.url = _url(listener)
        """Address of the runner, without a trailing slash."""
        self._pool = pool
        self._bus = bus
        self._replies = replies
        self._origins = history.origins
        self._tracing = history.tracing
        if options.traces:
            self._tracing.open(self.url, bus)
        self._refused: set[str] = set()
        """Origins whose refusal was reported."""
        self._numbers = itertools.count(1)
        self._acceptor = Acceptor(listener, options.head_seconds, self)
        self.configure(options)

    def open(self) -> None:
        """Start accepting requests."""
        self._acceptor.open()

    def close(self) -> None:
        """Stop accepting requests."""
        self._acceptor.close()

    def configure(self, options: FrontDoorOptions) -> None:
        """Apply other options, except `head_seconds` and `traces`."""
        self._options = options
        self._access = Access(options.allow_host, options.allow_origin)
        self.update(self._pool.catalog)

    def update(self, catalog: Catalog) -> None:
        """Route by a new catalog."""
        self._router = router.Router(catalog, self._access, self._options.target)

    def take(self, head: Head, connection: socket.socket) -> None:
        """Route a request; respond with an error if that fails."""
        try:
            self._route(head, connection)
        except Exception as error:  # noqa: BLE001 - whoever sent it waits
            problem = responses.internal_error(head, error)
            self._replies.answer(head, connection, problem)

    def refuse(self, connection: socket.socket, reason: str, status: int) -> None:
        """Respond to something that isn't a valid request."""
        response = responses.bad_request(reason, status)
        self._replies.send(connection, response.encode("GET"))

    def _route(self, head: Head, connection: socket.socket) -> None:
        decision = self._router.decide(head)
        if isinstance(decision, router.HandOver):
            function = decision.function
            request = PendingRequest(
                next(self._numbers),
                function.id,
                head,
                decision.target,
                connection,
                self._origins.take(connection),
            )
            if self._is_too_large(head):
                limit = self._options.body_limit
                self._pool.refusals.too_large(function.unit, request, limit)
                return
            self._tracing.begin(request)
            self._pool.supervisor_of(function).deliver(request)
        elif isinstance(decision, (router.Control, router.Listing)):
            path = decision.path if isinstance(decision, router.Control) else ""
            try:
                self.own_requests.put_nowait(OwnRequest(path, head, connection))
            except asyncio.QueueFull:
                self.refuse(connection, "The runner is overloaded.", 503)
        else:
            if isinstance(decision, router.CrossSite):
                self._warn(decision.origin)
            self._replies.answer(head, connection, _problem(head, decision))

    def _warn(self, origin: str) -> None:
        """Report a refused page once; its author sees no reason in a browser."""
        if origin in self._refused or len(self._refused) == REFUSALS_LIMIT:
            return
        self._refused.add(origin)
        page = origin or "another site"
        value = origin or "'*'"
        self._bus.publish(
            "warning",
            message=f"refused a request from a web page of {page}",
            hint=f"if it is yours, pass --allow-origin {value} or set allow-origin",
        )

    def _is_too_large(self, head: Head) -> bool:
        """Compare the declared length; a chunked body declares none."""
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
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
