"""Takes handed connections to the server of their function, one request each."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Callable

from funclens_worker.app import UnitApp
from funclens_worker.channel import Channel, Handed
from funclens_worker.code import CodeWatch
from funclens_worker.compat import Framework
from funclens_worker.contract import Manifest
from funclens_worker.wsgi import WsgiServer

if TYPE_CHECKING:
    from funclens_worker.asgi import AsgiServer


def serve(
    app: UnitApp,
    manifest: Manifest,
    framework: Framework,
    channel: Channel,
    code: CodeWatch,
) -> None:
    """Answer connections until the door closes the channel and all is answered."""
    manifest = replace(manifest, threads=_threads(manifest))
    wsgi = WsgiServer(app, manifest, framework, channel, code)
    with ThreadPoolExecutor(manifest.threads, "funclens-request") as pool:

        def to_thread(handed: Handed) -> None:
            pool.submit(wsgi.handle, handed)

        if app.asgi_apps:
            from funclens_worker.asgi import AsgiServer

            server = AsgiServer(app.asgi_apps, manifest, channel, code)
            _serve_with_loop(server, manifest, channel, to_thread)
        else:
            _read(channel, to_thread)


def _serve_with_loop(
    server: AsgiServer,
    manifest: Manifest,
    channel: Channel,
    to_thread: Callable[[Handed], None],
) -> None:
    """Run an event loop in the main thread, as production does; read in another."""

    def take(handed: Handed) -> None:
        if server.serves(manifest.functions[handed.function].id):
            server.loop.call_soon_threadsafe(server.begin, handed)
        else:
            to_thread(handed)

    def read() -> None:
        _read(channel, take)
        server.loop.call_soon_threadsafe(server.loop.stop)

    reader = threading.Thread(target=read, name="funclens-reader", daemon=True)
    reader.pydev_do_not_trace = True  # type: ignore[attr-defined]
    reader.start()
    server.loop.run_forever()
    server.loop.run_until_complete(server.finish())


def _threads(manifest: Manifest) -> int:
    """Return how many requests run at once; THREADS says so, as in production."""
    said = os.environ.get("THREADS", "")
    return int(said) if said.isdigit() and int(said) > 0 else manifest.threads


def _read(channel: Channel, take: Callable[[Handed], None]) -> None:
    while True:
        handed = channel.read_connection()
        if handed is None:
            return
        take(handed)
