"""The only module that knows gunicorn's inside: its threaded worker and connections.

`TConn`, `ThreadWorker.handle` and the attributes set on the worker are no public
interface. Tested with gunicorn 20.1, 22.0 and 27.0 (tests/runner/
test_server_versions.py). `TConn.data_ready` came after 22.
"""

from __future__ import annotations

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

from gunicorn import SERVER_SOFTWARE
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn


def connection_server(
    wsgi_app: Callable[..., Any], worker_class: type, config: Config, threads: int
) -> Callable[[socket.socket, Any], None]:
    """Return a function that reads one request from a connection and responds.

    `worker_class` is gunicorn's ThreadWorker or a subclass. The second argument of
    the returned function is the peer's address.
    """
    os.environ["SERVER_SOFTWARE"] = SERVER_SOFTWARE  # as gunicorn's arbiter does
    config.set("keepalive", 0)
    config.set("threads", threads)
    config.set("loglevel", os.environ.get("GUNICORN_LOG_LEVEL", "error"))
    if os.access("/dev/shm", os.W_OK):  # noqa: S108 - memory, which a full disk isn't
        config.set("worker_tmp_dir", "/dev/shm")  # noqa: S108
    worker = worker_class(0, os.getppid(), [], None, None, config, Logger(config))
    worker.wsgi = wsgi_app
    worker.nr = 0
    worker.max_requests = float("inf")

    def serve(connection: socket.socket, peer: Any) -> None:
        conn = TConn(config, connection, peer, connection.getsockname())
        conn.data_ready = True
        conn.init()  # from some version on `handle` does it, and again is no harm
        worker.handle(conn)

    return serve


def thread_name() -> str:
    """Return the prefix of the worker's thread names, like that of gunicorn's pool."""
    pool = ThreadPoolExecutor(1)
    return str(getattr(pool, "_thread_name_prefix", "ThreadPoolExecutor-0"))
