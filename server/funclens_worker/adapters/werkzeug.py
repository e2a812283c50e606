"""The only module that knows how Werkzeug's development server is put together.

It answers where gunicorn is not installed. Tested with Werkzeug 2.2 and 3.1
(tests/runner/test_server_versions.py).
"""

from __future__ import annotations

import socket
from typing import Any, Callable

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler


def connection_server(
    wsgi_app: Callable[..., Any],
) -> Callable[[socket.socket, Any], None]:
    """Return a function that reads one request from a connection and responds.

    The second argument of the returned function is the peer's address.
    """
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))  # Windows tells no address before
    server = BaseWSGIServer("127.0.0.1", 0, wsgi_app, _OneRequest, fd=listener.fileno())

    def serve(connection: socket.socket, peer: Any) -> None:
        _OneRequest(connection, peer, server)

    return serve


class _OneRequest(WSGIRequestHandler):
    """Handles a single request; the front door keeps the log."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        """Log nothing."""
