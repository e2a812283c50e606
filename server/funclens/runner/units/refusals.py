"""Responses of the front door in place of a worker, with their log events."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from funclens.runner.descriptors import limit
from funclens.runner.http import responses
from funclens.runner.http.responses import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.runner.events import EventBus
    from funclens.runner.history.history import History
    from funclens.runner.http.pending import PendingRequest
    from funclens.runner.http.replies import Replies
    from funclens.runner.http.responses import Response
    from funclens.runner.processes.platform.kept_requests import LeftRequests
    from funclens.runner.processes.worker_exit import WorkerExit
    from funclens.runner.units.status import UnitFailure

__all__ = ["Refusals"]

_NOW = getattr(socket, "MSG_DONTWAIT", 0)
"""Windows has none, but there the connection never blocks."""

_TIMED_OUT = (
    "The request has been terminated because it has reached the maximum request "
    "timeout. To change this limit, see "
    "https://cloud.google.com/run/docs/configuring/request-timeout"
)
"""In the words of production's log."""


class Refusals:
    """Responds to requests that no worker handles, and publishes them."""

    def __init__(self, bus: EventBus, replies: Replies, history: History) -> None:
        self._bus = bus
        self.history = history
        self._replies = replies

    def busy(self, unit: str, request: PendingRequest) -> None:
        """Respond to a request that doesn't fit in a full queue."""
        self._refuse(unit, request, responses.busy(request.head, unit))

    def out_of_descriptors(self, unit: str, request: PendingRequest) -> None:
        """Refuse a request for which no worker can be started."""
        accept = request.head.header("Accept") or ""
        self._refuse(unit, request, responses.out_of_descriptors(limit(), accept))

    def leaking(self, unit: str, request: PendingRequest) -> None:
        """Refuse a request whose connection the worker has no descriptor for."""
        self._refuse(unit, request, responses.leaking(request.head, unit))

    def too_large(self, unit: str, request: PendingRequest, limit: int) -> None:
        """Respond to a request whose body exceeds the limit in bytes."""
        self._refuse(unit, request, responses.too_large(request.head, limit))

    def gone(self, unit: str, request: PendingRequest) -> None:
        """Respond to a waiting request whose function was removed."""
        self._refuse(unit, request, responses.gone(request.head, request.function))

    def stopped(self, unit: str, request: PendingRequest) -> None:
        """Respond to a waiting request whose unit was stopped."""
        self._refuse(unit, request, responses.stopped(request.head, unit))

    def failed(
        self, unit: str, request: PendingRequest, what: str, failure: UnitFailure
    ) -> None:
        """Respond for a unit that failed; `what` is the verb of the message."""
        title = f"{unit} {what}: {failure.error}"
        response = responses.failed(request.head, title, failure.details)
        self._refuse(unit, request, response)

    def lost(self, unit: str, left: LeftRequests, end: WorkerExit) -> None:
        """Respond to requests that a dead worker had taken; cut off begun responses."""
        error = {
            "error": f"the worker ended: {end.how}",
            "file": end.file,
            "line": end.line,
            "traceback": end.traceback,
        }
        for request in left.begun:
            self._publish(unit, request, 0, error)
            request.connection.close()
        title = f"The worker of {unit} ended while it handled this request: {end.how}"
        for request in left.unanswered:
            request.connection.setblocking(False)  # the worker made it blocking
            response = responses.failed(request.head, title, end.details)
            self._publish(unit, request, 500, error, response)
            self._replies.answer(request.head, request.connection, response)

    def timed_out(
        self, unit: str, request: PendingRequest, *, has_begun: bool, is_first: bool
    ) -> None:
        """Respond in place of a function that is too slow; cut off begun responses."""
        error = {"error": _TIMED_OUT, "file": None, "line": None, "traceback": ""}
        response = None if has_begun else responses.timed_out(is_first=is_first)
        status = 0 if response is None else response.status
        self._publish(unit, request, status, error, response)
        with contextlib.suppress(OSError):  # the client disconnected
            if response is not None:  # the worker may still read, and made it blocking
                data = response.encode(request.head.method)
                request.connection.send(data, _NOW)
            request.connection.shutdown(socket.SHUT_WR)

    def _refuse(self, unit: str, request: PendingRequest, response: Problem) -> None:
        self._publish(unit, request, response.status, response=response)
        self._replies.answer(request.head, request.connection, response)

    def _publish(
        self,
        unit: str,
        request: PendingRequest,
        status: int,
        error: Mapping[str, object] | None = None,
        response: Response | Problem | None = None,
    ) -> None:
        path, _, query = request.target.partition("?")
        event: dict[str, Any] = {
            "id": request.function,
            "method": request.head.method,
            "path": unquote(path),
            "query": query,
            "status": status,
            "seconds": round(request.seconds, 6),
            "port": request.port,
            **({"error": error} if error else {}),
        }
        self.history.refused(unit, request, event, _sent(request, response))
        self._bus.publish("request", unit=unit, **event)


def _sent(request: PendingRequest, response: Response | Problem | None) -> bytes:
    """Return a response of the front door as programs get it: without HTML."""
    if response is None:
        return b""
    if isinstance(response, Problem):
        response = replace(response, accept=response.accept.replace("html", ""))
    return response.encode(request.head.method)
