"""Handles connections for Flask: with gunicorn if installed, else Werkzeug.

Production runs gunicorn's threaded worker, so parsing, errors, chunking and headers are
the same. The alternative is Werkzeug's server, which comes with Flask.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import threading
from typing import Any, Callable, Dict, Iterable

from funclens_worker.body import limit_body
from funclens_worker.channel import AcceptedConnection, AcceptedSocket
from funclens_worker.contract import Manifest
from funclens_worker.framework import Framework
from funclens_worker.log.request_log import RequestLogEntry
from funclens_worker.log.request_reports import RequestReports
from funclens_worker.module_tracker import ModuleTracker
from funclens_worker.unit_app import UnitApp

ServeConnection = Callable[[socket.socket, Any], None]
"""Reads one request from a connection, given the peer's address, and responds."""

_current = threading.local()


class WsgiServer:
    """Serves a unit's Flask app; handles one connection per call, in any thread."""

    def __init__(
        self,
        app: UnitApp,
        manifest: Manifest,
        framework: Framework,
        reports: RequestReports,
        tracker: ModuleTracker,
    ) -> None:
        self._app = app
        self._manifest = manifest
        self._reports = reports
        self._tracker = tracker
        app.on_exception = _note_error
        self._serve = _connection_server(self._call, manifest, framework)

    def handle(self, accepted: AcceptedConnection) -> None:
        """Handle one request, close its connection and report to the front door."""
        accepted.take()
        accepted.connection.before_answer = accepted.begin_answer
        entry = RequestLogEntry(accepted, self._manifest)
        accepted.connection.capture = entry.capture
        try:
            self.answer(accepted.connection, entry)
        finally:
            accepted.end()
            entry.tell(self._reports)
        self._tracker.tell(entry.began)

    def answer(self, connection: AcceptedSocket, entry: RequestLogEntry) -> None:
        """Handle one request for the function in the entry.

        A BaseException propagates, and the connection is left as it is.
        """
        _current.entry = entry
        connection.setblocking(True)
        try:
            self._serve(connection, connection.getpeername())
        except OSError:
            pass  # the client disconnected
        except BaseException as error:
            entry.error = error
            raise
        connection.finish()

    def _call(
        self, environ: Dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        entry: RequestLogEntry = _current.entry
        limit_body(environ, self._manifest.body_limit)
        entry.method = environ["REQUEST_METHOD"]
        entry.path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        entry.query = environ.get("QUERY_STRING", "")

        def note_status(status: str, headers: Any, exc_info: Any = None) -> Any:
            entry.status = int(status[:3])
            return start_response(status, headers, exc_info)

        return self._app.serve(entry.function, environ, note_status)


def _note_error(exception: BaseException) -> None:
    _current.entry.error = exception


def has_gunicorn() -> bool:
    """Return whether gunicorn serves requests; Windows can't import it."""
    return os.name == "posix" and importlib.util.find_spec("gunicorn") is not None


def _connection_server(
    wsgi_app: Callable[..., Any], manifest: Manifest, framework: Framework
) -> ServeConnection:
    if not has_gunicorn():
        from funclens_worker.adapters import werkzeug

        return werkzeug.connection_server(wsgi_app)
    from gunicorn.workers.gthread import ThreadWorker

    from funclens_worker.adapters import gunicorn

    # No timeout at a breakpoint.
    kind = (
        ThreadWorker if manifest.debug else framework.gunicorn_worker(manifest.threads)
    )
    return gunicorn.connection_server(
        wsgi_app, kind, framework.gunicorn_config, manifest.threads
    )
