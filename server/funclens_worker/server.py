"""Answers handed connections: one request each, a thread each, then closed.

gunicorn's own threaded worker speaks HTTP where it is installed: it is what
production runs, so parsing, errors, chunking and headers are production's.
Werkzeug's server, which comes with Flask, stands in elsewhere.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Iterable, Optional

from flask import got_request_exception

from funclens_worker.app import FUNCTION_KEY, UnitApp
from funclens_worker.channel import Channel, Handed
from funclens_worker.contract import EventName, Manifest
from funclens_worker.report import error_summary, user_place

Answer = Callable[[socket.socket, Any], None]
"""Reads one request from a connection with its peer's address and answers it."""

_current = threading.local()


class HandedSocket(socket.socket):
    """A connection whose first bytes the door has read already."""

    def __init__(self, connection: socket.socket, head: bytes) -> None:
        super().__init__(fileno=connection.detach())
        self._head = memoryview(head)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Return the door's bytes first, then the client's."""
        if not self._head:
            return super().recv(size, flags)
        first, self._head = self._head[:size], self._head[size:]
        return bytes(first)

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Fill the buffer with the door's bytes first, then the client's."""
        if not self._head:
            return super().recv_into(buffer, nbytes, flags)
        data = self.recv(nbytes or len(buffer))
        memoryview(buffer)[: len(data)] = data
        return len(data)


class RequestRecord:
    """What the door is told of one request."""

    def __init__(self, function: str) -> None:
        self.function = function
        self.method = ""
        self.path = ""
        self.status = 0
        self.error: Optional[BaseException] = None


def serve(app: UnitApp, manifest: Manifest, channel: Channel) -> None:
    """Answer connections until the door closes the channel and all is answered."""
    recorder = _Recorder(app)
    answer = make_answer(recorder, manifest.threads)

    def handle(handed: Handed) -> None:
        record = RequestRecord(manifest.functions[handed.function].id)
        _current.record = record
        started = time.perf_counter()
        with HandedSocket(handed.connection, handed.head) as connection:
            try:
                answer(connection, connection.getpeername())
            except OSError:  # the client hung up
                pass
            finally:
                seconds = time.perf_counter() - started
                _finish(connection)
        _report(channel, handed.number, record, seconds, manifest.root)

    with ThreadPoolExecutor(manifest.threads, "funclens-request") as pool:
        while True:
            handed = channel.read_connection()
            if handed is None:
                return
            pool.submit(handle, handed)


def make_answer(wsgi_app: Callable[..., Any], threads: int) -> Answer:
    """Choose the HTTP server of this interpreter."""
    if importlib.util.find_spec("gunicorn") is None:
        return _werkzeug_answer(wsgi_app)
    return _gunicorn_answer(wsgi_app, threads)


class _Recorder:
    """WSGI middleware that names the function and notes method, path and status."""

    def __init__(self, app: UnitApp) -> None:
        self._app = app
        got_request_exception.connect(self._note_error, app)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        record: RequestRecord = _current.record
        environ[FUNCTION_KEY] = record.function
        record.method = environ["REQUEST_METHOD"]
        record.path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")

        def note_status(status: str, headers: Any, exc_info: Any = None) -> Any:
            record.status = int(status[:3])
            return start_response(status, headers, exc_info)

        answer: Iterable[bytes] = self._app(environ, note_status)
        return answer

    def _note_error(self, _sender: Any, exception: BaseException, **_: Any) -> None:
        _current.record.error = exception


def _finish(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        return


def _report(
    channel: Channel, number: int, record: RequestRecord, seconds: float, root: str
) -> None:
    fields: dict[str, Any] = {}
    if record.error is not None:
        file, line = user_place(record.error, root)
        fields["error"] = {
            "error": error_summary(record.error),
            "file": file,
            "line": line,
        }
    channel.send(
        EventName.REQUEST,
        number=number,
        id=record.function,
        method=record.method,
        path=record.path,
        status=record.status,
        seconds=round(seconds, 6),
        **fields,
    )


def _gunicorn_answer(wsgi_app: Callable[..., Any], threads: int) -> Answer:
    from gunicorn.config import Config
    from gunicorn.glogging import Logger
    from gunicorn.workers.gthread import TConn, ThreadWorker

    config = Config()
    config.set("threads", threads)
    config.set("keepalive", 0)
    config.set("limit_request_line", 0)
    config.set("loglevel", os.environ.get("GUNICORN_LOG_LEVEL", "error"))
    worker = ThreadWorker(0, os.getppid(), [], None, None, config, Logger(config))
    worker.wsgi = wsgi_app
    worker.nr = 0
    worker.max_requests = float("inf")

    def answer(connection: socket.socket, peer: Any) -> None:
        conn = TConn(config, connection, peer, connection.getsockname())
        conn.data_ready = True
        worker.handle(conn)

    return answer


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
