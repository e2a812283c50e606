"""Runs everything that a worker does once in a zygote, without user code.

Modules, compiled code and caches of a first request then exist before a worker is
forked, which only has to load the user's own module.
"""

from __future__ import annotations

import os
import socket
import types
from typing import Any

from funclens_worker.channel import AcceptedConnection, AcceptedSocket, Channel
from funclens_worker.contract import Manifest, ManifestFunction
from funclens_worker.framework import Framework
from funclens_worker.log.request_log import RequestLogEntry
from funclens_worker.log.request_reports import RequestReports
from funclens_worker.module_tracker import ModuleTracker
from funclens_worker.unit_app import build_app
from funclens_worker.wsgi import WsgiServer

_SECONDS = 5.0
"""Maximum seconds, in case the loopback interface doesn't respond."""

_REQUEST = b"GET /warm-up HTTP/1.1\r\nHost: localhost\r\n\r\n"


def warm_up() -> None:
    """Handle one request to a built-in function, in this thread."""
    module = types.ModuleType("warm_up")
    module.warm_up = _function  # type: ignore[attr-defined]
    here = os.path.abspath(__file__)
    manifest = Manifest(
        unit="warm_up",
        root=os.path.dirname(here),
        source=here,
        functions=(ManifestFunction("warm_up.warm_up", "warm_up", "http"),),
        threads=1,
    )
    framework = Framework.find()
    app = build_app(manifest, framework, module)
    ours, theirs = socket.socketpair()
    with theirs:
        channel = Channel(ours.detach())
        tracker = ModuleTracker(channel)
        reports = RequestReports(channel, manifest.captures)
        server = WsgiServer(app, manifest, framework, reports, tracker)
        _ask(server, manifest)


def _ask(server: WsgiServer, manifest: Manifest) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname()[:2], _SECONDS)
        listener.settimeout(_SECONDS)
        accepted = listener.accept()[0]
    with client:
        connection = AcceptedSocket(accepted.detach(), _REQUEST)
        entry = RequestLogEntry(AcceptedConnection(0, 0, connection, 0, None), manifest)
        server.answer(connection, entry)
        while client.recv(65_536):
            continue


def _function(request: Any) -> str:
    return str(request.path)
