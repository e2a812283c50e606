"""Passes accepted connections to the server of their function, one request each.

The threads that handle requests read the channel themselves, one at a time: a thread
with a connection lets the next one read. No connection moves to another thread.
"""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Callable, List, Optional

from funclens_worker.channel import AcceptedConnection, Channel
from funclens_worker.contract import Manifest
from funclens_worker.framework import Framework
from funclens_worker.log.request_reports import RequestReports
from funclens_worker.module_tracker import ModuleTracker
from funclens_worker.unit_app import UnitApp
from funclens_worker.wsgi import WsgiServer, has_gunicorn

if TYPE_CHECKING:
    from funclens_worker.asgi import AsgiServer

Handle = Callable[[AcceptedConnection], None]


def serve(
    app: UnitApp,
    manifest: Manifest,
    framework: Framework,
    channel: Channel,
    tracker: ModuleTracker,
) -> None:
    """Handle connections until the channel is closed and all requests are done.

    A BaseException such as SystemExit in a function ends the process, as it ends
    gunicorn's worker: raises SystemExit after all other requests are done.
    """
    manifest = replace(manifest, threads=_threads(manifest))
    reports = RequestReports(channel, manifest.captures)
    handle = WsgiServer(app, manifest, framework, reports, tracker).handle
    name = _thread_name(app, manifest)
    if not app.asgi_apps:
        team = _Team(channel, handle, manifest.threads, name)
        team.begin()
        team.finish()
    else:
        from funclens_worker.asgi import AsgiServer

        server = AsgiServer(app.asgi_apps, manifest, reports, tracker)
        sort = _sorted(server, manifest, handle)
        team = _Team(channel, sort, manifest.threads, name)
        _serve_with_loop(server, team)
    reports.flush()
    if team.ended_by is not None:
        raise SystemExit(getattr(team.ended_by, "code", 1))


class _Team:
    """Threads that take turns at reading connections and handle them."""

    def __init__(self, channel: Channel, handle: Handle, most: int, name: str) -> None:
        self._channel = channel
        self._handle = handle
        self._most = most
        self._name = name
        self._reading = threading.Lock()
        self._counting = threading.Lock()
        self._is_over = False
        self.ended_by: Optional[BaseException] = None
        """Exception of a function that ends the process."""
        self._waiting = 0
        self._members: List[threading.Thread] = []

    def begin(self) -> None:
        """Start the first thread; more are started when all are busy."""
        self._join()

    def finish(self) -> None:
        """Wait until the channel has ended and all requests are done."""
        for member in self._members:  # may grow during the loop
            member.join()

    def end(self, error: BaseException) -> None:
        """Stop taking connections; another process gets the rest."""
        self.ended_by = self.ended_by or error
        self._channel.stop_reading()

    def _join(self) -> None:
        name = f"{self._name}_{len(self._members)}"
        member = threading.Thread(target=self._work, name=name)
        self._members.append(member)
        member.start()

    def _work(self) -> None:
        while True:
            accepted = self._next()
            if accepted is None:
                return
            try:
                self._handle(accepted)
            except BaseException as error:  # noqa: BLE001 - raised in the main thread
                self.end(error)
                accepted.connection.finish()
                return

    def _count(self, change: int) -> int:
        """Change and return the number of threads waiting to read."""
        with self._counting:
            self._waiting += change
            return self._waiting

    def _next(self) -> Optional[AcceptedConnection]:
        self._count(1)
        with self._reading:
            waiting = self._count(-1)
            accepted = None if self._is_over else self._channel.read_connection()
            if accepted is not None and self.ended_by is not None:
                accepted.connection.close()
                accepted = None
            if accepted is None:
                self._is_over = True
            elif waiting == 0 and len(self._members) < self._most:
                self._join()
        return accepted


def _serve_with_loop(server: AsgiServer, team: _Team) -> None:
    """Run an event loop in the main thread, as production does; read in others."""
    team.begin()

    def end() -> None:
        team.finish()
        server.loop.call_soon_threadsafe(server.loop.stop)

    waiter = threading.Thread(target=end, name="funclens-waiter", daemon=True)
    waiter.pydev_do_not_trace = True  # type: ignore[attr-defined]
    waiter.start()
    _run_until_stopped(server, team)
    server.loop.run_until_complete(server.finish())


def _run_until_stopped(server: AsgiServer, team: _Team) -> None:
    """Run the loop, and again after an exception of a user's task ended it."""
    while True:
        try:
            server.loop.run_forever()
        except BaseException as error:  # noqa: BLE001, PERF203 - raised in the main thread
            team.end(error)
            server.cancel()
        else:
            return


def _sorted(server: AsgiServer, manifest: Manifest, handle: Handle) -> Handle:
    """Return a handler that sends aio functions to the loop, others to `handle`."""

    def take(accepted: AcceptedConnection) -> None:
        if server.serves(manifest.functions[accepted.function].id):
            server.loop.call_soon_threadsafe(server.begin, accepted)
        else:
            handle(accepted)

    return take


def _thread_name(app: UnitApp, manifest: Manifest) -> str:
    """Return the prefix of the names of threads that run functions."""
    is_for_flask = len(app.asgi_apps) < len(manifest.functions)
    if not is_for_flask or not has_gunicorn():
        return "funclens-request"
    from funclens_worker.adapters.gunicorn import thread_name

    return thread_name()


def _threads(manifest: Manifest) -> int:
    """Return the number of concurrent requests; THREADS sets it, as in production."""
    said = os.environ.get("THREADS", "")
    return int(said) if said.isdigit() and int(said) > 0 else manifest.threads
