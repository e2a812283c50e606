"""Answers connections for Flask: gunicorn where it is installed, else Werkzeug.

gunicorn's own threaded worker is what production runs, so parsing, errors,
chunking and headers are production's. Werkzeug's server, which comes with Flask,
stands in elsewhere.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import socket
import threading
from typing import Any, Callable, Dict, Iterable

from flask import got_request_exception

from funclens_worker.app import FUNCTION_KEY, UnitApp
from funclens_worker.body import limit_body
from funclens_worker.channel import Channel, Handed, HandedSocket
from funclens_worker.contract import Manifest
from funclens_worker.framework import Framework
from funclens_worker.module_tracker import CodeWatch
from funclens_worker.request_log import RequestRecord

Answer = Callable[[socket.socket, Any], None]
"""Reads one request from a connection with its peer's address and answers it."""

_current = threading.local()


class WsgiServer:
    """Serves a unit's Flask app, one connection a call, in any thread."""

    def __init__(
        self,
        app: UnitApp,
        manifest: Manifest,
        framework: Framework,
        channel: Channel,
        code: CodeWatch,
    ) -> None:
        self._app = app
        self._manifest = manifest
        self._channel = channel
        self._code = code
        got_request_exception.connect(_note_error, app)
        self._answer = _make_answer(self._call, manifest, framework)

    def handle(self, handed: Handed) -> None:
        """Answer one request, close its connection and tell the door."""
        record = self.answer(handed.connection, handed.function, handed.number)
        record.tell(self._channel)
        self._code.tell(record.began)

    def answer(
        self, connection: HandedSocket, function: int, number: int = 0
    ) -> RequestRecord:
        """Answer one request for the function at a position of the manifest."""
        record = RequestRecord(function, number, self._manifest)
        _current.record = record
        with connection:
            connection.setblocking(True)
            try:
                self._answer(connection, connection.getpeername())
                connection.shutdown(socket.SHUT_WR)
            except (OSError, SystemExit):
                # The client hung up, or the function called sys.exit: gunicorn lets
                # that pass, and the connection is closed without an answer.
                pass
        return record

    def _call(
        self, environ: Dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        record: RequestRecord = _current.record
        environ[FUNCTION_KEY] = record.function
        limit_body(environ, self._manifest.body_limit)
        record.method = environ["REQUEST_METHOD"]
        record.path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        record.query = environ.get("QUERY_STRING", "")

        def note_status(status: str, headers: Any, exc_info: Any = None) -> Any:
            record.status = int(status[:3])
            return start_response(status, headers, exc_info)

        answer: Iterable[bytes] = self._app(environ, note_status)
        return answer


def _note_error(_sender: Any, exception: BaseException, **_: Any) -> None:
    _current.record.error = exception


def _make_answer(
    wsgi_app: Callable[..., Any], manifest: Manifest, framework: Framework
) -> Answer:
    if importlib.util.find_spec("gunicorn") is None:
        return _werkzeug_answer(wsgi_app)
    return _gunicorn_answer(wsgi_app, manifest, framework)


def _gunicorn_answer(
    wsgi_app: Callable[..., Any], manifest: Manifest, framework: Framework
) -> Answer:
    from gunicorn.glogging import Logger
    from gunicorn.workers.gthread import TConn, ThreadWorker

    threads = manifest.threads
    # A person at a breakpoint has all the time in the world.
    kind = ThreadWorker if manifest.debug else framework.gunicorn_worker(threads)
    config = _gunicorn_config()
    config.set("threads", threads)
    config.set("loglevel", os.environ.get("GUNICORN_LOG_LEVEL", "error"))
    worker = kind(0, os.getppid(), [], None, None, config, Logger(config))
    worker.wsgi = wsgi_app
    worker.nr = 0
    worker.max_requests = float("inf")

    def answer(connection: socket.socket, peer: Any) -> None:
        conn = TConn(config, connection, peer, connection.getsockname())
        conn.data_ready = True
        conn.init()  # from some version on `handle` does it, and again is no harm
        worker.handle(conn)

    return answer


@functools.lru_cache(maxsize=1)
def _gunicorn_config() -> Any:
    """Return what the framework sets, but one request a connection.

    Costs ten milliseconds: a template makes it before it forks.
    """
    from gunicorn.config import Config

    config = Config()
    config.set("keepalive", 0)
    config.set("limit_request_line", 0)
    return config


def _werkzeug_answer(wsgi_app: Callable[..., Any]) -> Answer:
    from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler

    class OneRequest(WSGIRequestHandler):
        """Answers a single request and logs nothing: the door is told."""

        protocol_version = "HTTP/1.1"

        def log_request(self, *_: Any) -> None:
            """Leave the log to the front door."""

    listener = socket.socket()
    server = BaseWSGIServer("127.0.0.1", 0, wsgi_app, OneRequest, fd=listener.fileno())

    def answer(connection: socket.socket, peer: Any) -> None:
        OneRequest(connection, peer, server)

    return answer
