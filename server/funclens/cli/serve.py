"""Puts index and front door together, and serves until somebody asks for the end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funclens.catalog import build_catalog, build_manifest, listing, nearest
from funclens.cli import run_output
from funclens.discovery import Workspace, is_foreign
from funclens.errors import FunclensError, RunnerError, UsageError
from funclens.runner.api.registry import RunnerAddress, forget, publish
from funclens.runner.front_door import DoorOptions, FrontDoor
from funclens.runner.http.listen import bind
from funclens.runner.units.pool import FolderOptions, WorkerOptions
from funclens.runner.watch import saved_files

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Mapping

    from funclens.model import Catalog
    from funclens.runner.processes.prestart import EarlyStart
    from funclens.settings import Settings

__all__ = ["serve"]

STOP_SECONDS = 5.0
"""How long workers may finish after a stop; a second Ctrl-C ends them at once."""

_HINT_SECONDS = 0.5
"""How long a stop may take before a person is told what it waits for."""

PORT_SEARCH = 50
"""How many ports above the preferred one are tried before any free one."""


ReadSettings = Callable[["str | None"], "Mapping[str, Settings]"]
"""Reads the folders' settings again, under the editor's, which are given as JSON."""


def serve(
    arguments: argparse.Namespace,
    folders: Mapping[str, Settings],
    early: EarlyStart,
    read: ReadSettings,
) -> int:
    """Serve until stopped; return 0 for a stop that was asked for.

    Raises PortInUseError and the other errors of a start that is not possible.
    """
    first = next(iter(folders.values()))
    search = PORT_SEARCH if arguments.port is None else 0
    listener = bind(first.host, first.port, search=search)
    return asyncio.run(_serve(arguments, folders, listener, early, read))


async def _serve(
    arguments: argparse.Namespace,
    folders: Mapping[str, Settings],
    listener: socket.socket,
    early: EarlyStart,
    read: ReadSettings,
) -> int:
    since = time.time_ns()
    editor = arguments.editor_settings
    workspace = Workspace(list(folders), folders)
    workspace.load()

    def configure(settings: str | None) -> None:
        nonlocal editor
        editor = settings
        try:
            door.workers.configure(_options_of(read(editor)))
        except FunclensError as error:  # what was in force stays
            sys.stderr.write(f"funclens: {error}\n")

    def refresh(paths: list[str]) -> None:
        if any(Path(path).name == "pyproject.toml" for path in paths):
            configure(editor)
        workspace.changed(paths)
        door.update(build_catalog(workspace.facts(), problems=False), paths)

    def describe(_: Catalog) -> dict[str, Any]:
        return listing(build_catalog(workspace.facts()))

    catalog = build_catalog(workspace.facts(), problems=False)
    target = _target(catalog, arguments.target)
    first = next(iter(folders.values()))
    door = FrontDoor(
        listener,
        DoorOptions(
            allow_host=first.allow_host,
            target=target,
            body_limit=first.body_limit * 1024 * 1024,
            workers=WorkerOptions(
                folders=_options_of(folders),
                debug=arguments.debug,
                target=target,
                body_limit=first.body_limit * 1024 * 1024,
            ),
        ),
        describe=describe,
        build_manifest=build_manifest,
        on_changed=refresh,
        on_settings=configure,
        early=early,
    )
    subscription = door.bus.subscribe()
    door.serve(catalog)
    address = RunnerAddress(door.url, door.token, os.getpid(), tuple(folders))
    publish(address)
    door.bus.publish(
        "ready",
        version=1,
        url=door.url,
        pid=address.pid,
        token=door.token,
        folders=list(folders),
    )
    if not arguments.events:  # in a thread: the first request need not wait for it
        await asyncio.to_thread(
            run_output.print_start, catalog, door.url, asked=first.port
        )
    write = run_output.write_events if arguments.events else run_output.write_text
    writer = asyncio.create_task(write(subscription))
    try:
        await _until_stopped(arguments, folders, door, since)
    finally:
        forget(address)
    await writer
    return 0


def _options_of(folders: Mapping[str, Settings]) -> dict[str, FolderOptions]:
    return {
        name: FolderOptions(
            python=settings.python,
            env_file=settings.env_file,
            isolate_functions=settings.isolation == "function",
        )
        for name, settings in folders.items()
    }


def _target(catalog: Catalog, name: str | None) -> str | None:
    """Return the id of the function that `--target` names.

    Raises UsageError when it names none or several.
    """
    if name is None:
        return None
    ids = catalog.routes.get(name, ())
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise UsageError(
            f"Several functions are called {name}. Name one of: {', '.join(ids)}"
        )
    near = ", ".join(nearest(catalog, name))
    advice = f"Did you mean: {near}? " if near else ""
    raise UsageError(
        f"{advice}`funclens list` shows all functions; --target names none: {name}"
    )


async def _until_stopped(
    arguments: argparse.Namespace,
    folders: Mapping[str, Settings],
    door: FrontDoor,
    since: int,
) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if door.stopping.is_set():
            door.workers.kill()
        door.stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    if arguments.parent_stdin:
        loop.add_reader(sys.stdin, lambda: _at_end_of_stdin(stop))
    watch = None
    if not arguments.no_reload and not arguments.parent_stdin:
        reloading = [folder for folder, item in folders.items() if item.reload]
        watch = asyncio.create_task(_watch(reloading, door, since))
    await door.stopping.wait()
    if watch is not None:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
    hint = loop.call_later(_HINT_SECONDS, _say_how_to_end)
    await door.stop(STOP_SECONDS)
    hint.cancel()


def _say_how_to_end() -> None:
    sys.stderr.write(
        f"Requests may finish for {STOP_SECONDS:.0f} s; press Ctrl+C again to end them "
        "now.\n"
    )


def _at_end_of_stdin(stop: run_output.Action) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        stop()


async def _watch(folders: list[str], door: FrontDoor, since: int) -> None:
    """Tell the door about saved files; an editor would tell by itself."""
    try:
        async for paths in saved_files(folders, is_foreign, since):
            door.files_changed(paths)
    except RunnerError as error:
        print(f"funclens: {error}", file=sys.stderr)  # noqa: T201
