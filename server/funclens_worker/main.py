"""One worker, from its manifest to its last response."""

from __future__ import annotations

import io
import os
import sys
import time
from dataclasses import asdict
from typing import Optional

from funclens_worker.adapters.tasks_client import connect_clients
from funclens_worker.channel import Channel
from funclens_worker.contract import DebugSpec, EventName, LoadFailure, Manifest
from funclens_worker.import_threads import ImportThreads
from funclens_worker.imports.import_recorder import recorder
from funclens_worker.log.request_output import watch_streams
from funclens_worker.module_tracker import ModuleTracker
from funclens_worker.processes.last_words import leave_last_words
from funclens_worker.user_traceback import (
    install_hint,
    installed_modules,
    load_failure,
    missing_package,
)

MISSING_FLASK = (
    "Neither functions-framework nor Flask is installed in this unit's interpreter"
)


def run(descriptor: int) -> int:
    """Serve a unit; `descriptor` is that of the channel. Returns the exit code."""
    return serve_channel(Channel(descriptor))


def serve_channel(channel: Channel) -> int:
    """Serve the unit that the front door describes on the channel.

    Returns the exit code: 0 if the front door requested the exit, 1 if the module
    failed to load, which was reported to the front door.
    """
    manifest = channel.read_manifest()
    # A cache with the source's time and size would hide a quick edit.
    if not manifest.keeps_bytecode:
        sys.dont_write_bytecode = True
    leave_last_words(channel)
    _show_lines_at_once()
    watch_streams()
    if manifest.debug is None:
        recorder.begin()  # a debugger would distort the times
    else:
        _wait_for_debugger(manifest.debug, channel)
    failure = _enter(manifest.root) or _serve(manifest, channel)
    if failure is None:
        return 0
    channel.send(EventName.IMPORT_ERROR, error=asdict(failure))
    return 1


def _enter(root: str) -> Optional[LoadFailure]:
    """Change to the unit's folder, which a standby worker didn't know when forked."""
    try:
        os.chdir(root)
    except OSError as error:
        return LoadFailure(
            f"cannot change to the unit's folder: {error}", None, None, ""
        )
    return None


def _serve(manifest: Manifest, channel: Channel) -> Optional[LoadFailure]:
    try:
        from funclens_worker.framework import Framework
        from funclens_worker.loader import make_module
        from funclens_worker.server import serve
        from funclens_worker.unit_app import build_app
    except ModuleNotFoundError as error:
        return _missing_flask(error, manifest)
    tracker = ModuleTracker(channel)
    started = time.time_ns()
    try:
        framework = Framework.find()
        module = make_module(manifest.source)
        connect_clients(os.environ)
        recorder.begin_units(preloads=False)
        with ImportThreads() as threads, recorder.importing_unit(module.__name__):
            app = build_app(manifest, framework, module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - the edge to the user's module
        recorder.end()
        tracker.tell(started)
        return load_failure(error, manifest.root)
    recorder.end()
    news = tracker.tell(started)
    channel.send(
        EventName.READY, modules=installed_modules(news), threads=threads.left()
    )
    if manifest.debug is None:
        channel.send(EventName.IMPORTS, **recorder.to_json())
    serve(app, manifest, framework, channel, tracker)
    return None


def _missing_flask(error: ModuleNotFoundError, manifest: Manifest) -> LoadFailure:
    if error.name not in {"flask", "werkzeug"}:
        raise error
    remedy = missing_package(error.name, "functions-framework")
    return LoadFailure(
        error=f"{MISSING_FLASK}: {sys.executable}",
        file=manifest.source,
        line=1,
        traceback="",
        hint=install_hint(remedy),
        remedy=remedy,
    )


def _show_lines_at_once() -> None:
    """Flush output after each line, so that it is shown immediately."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True)


def _wait_for_debugger(spec: DebugSpec, channel: Channel) -> None:
    """Listen with debugpy and wait for a client, before user code loads."""
    sys.path.insert(0, spec.path)
    try:
        import debugpy  # noqa: T100 - what the user asked for
    finally:
        sys.path.remove(spec.path)
    host, port = debugpy.listen((spec.host, spec.port))  # noqa: T100
    channel.send(EventName.DEBUG_LISTENING, host=host, port=port)
    debugpy.wait_for_client()  # noqa: T100
