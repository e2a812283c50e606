"""`funclens run`: serves every function of the workspace until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

from funclens.cli import run_output
from funclens.cli.folders import workspace_folders
from funclens.endpoints import build_catalog, build_manifest, listing, nearest
from funclens.errors import UsageError
from funclens.index import Workspace
from funclens.runner.door import DoorOptions, FrontDoor, bind
from funclens.runner.statefile import RunnerAddress, forget, publish
from funclens.runner.workers import FolderOptions, WorkerOptions

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Mapping

    from funclens.model import Catalog
    from funclens.settings import Settings

__all__ = ["add_arguments", "execute"]

STOP_SECONDS = 5.0
"""How long workers may finish after a stop; a second Ctrl-C ends them at once."""

PORT_SEARCH = 50
"""How many ports above the preferred one are tried before any free one."""

_WATCH_STEP_MS = 5
"""How long a burst of file events is collected: an editor writes in several steps."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options of the verb."""
    add = parser.add_argument
    add("folders", nargs="*", default=["."], metavar="FOLDER", help="workspace folders")
    add("--port", type=int, metavar="N", help="port; without it the next free one")
    add("--host", metavar="H", help="address to listen on (default 127.0.0.1)")
    add(
        "--allow-host",
        action="append",
        metavar="H",
        help="answer requests whose Host header is H, too",
    )
    add("--python", metavar="P", help="interpreter of the functions")
    add("--no-reload", action="store_true", help="keep the code of the first load")
    add("--debug", action="store_true", help="start every unit under debugpy")
    add("--events", action="store_true", help="print one JSON object a line")
    add(
        "--env-file",
        action="append",
        metavar="F",
        help="variables of the functions: dotenv, YAML or JSON",
    )
    add(
        "--isolation",
        metavar="unit|function",
        help="what gets a process of its own (default unit)",
    )
    add("--target", metavar="NAME", help="serve this function at / as well")
    add("--parent-stdin", action="store_true", help="stop when standard input ends")
    add("--editor-settings", metavar="JSON", help="a list: one object for each folder")


def execute(arguments: argparse.Namespace) -> int:
    """Serve until stopped; return 0 for a stop that was asked for."""
    flags = {
        "port": arguments.port,
        "host": arguments.host,
        "allow-host": arguments.allow_host,
        "python": arguments.python,
        "isolation": arguments.isolation,
        "env-file": arguments.env_file and [*map(os.path.abspath, arguments.env_file)],
    }
    folders = workspace_folders(arguments.folders, flags, arguments.editor_settings)
    first = next(iter(folders.values()))
    search = PORT_SEARCH if arguments.port is None else 0
    listener = bind(first.host, first.port, search=search)
    return asyncio.run(_serve(arguments, folders, listener))


async def _serve(
    arguments: argparse.Namespace,
    folders: Mapping[str, Settings],
    listener: socket.socket,
) -> int:
    workspace = Workspace(list(folders), folders)
    workspace.load()

    def refresh(paths: list[str]) -> None:
        workspace.changed(paths)
        door.update(build_catalog(workspace.facts()), paths)

    catalog = build_catalog(workspace.facts())
    target = _target(catalog, arguments.target)
    first = next(iter(folders.values()))
    door = FrontDoor(
        listener,
        DoorOptions(
            allow_host=first.allow_host,
            target=target,
            body_limit=first.body_limit * 1024 * 1024,
            workers=WorkerOptions(
                folders={name: _folder_options(item) for name, item in folders.items()},
                debug=arguments.debug,
                target=target,
            ),
        ),
        describe=listing,
        build_manifest=build_manifest,
        on_changed=refresh,
    )
    write = run_output.write_events if arguments.events else run_output.write_text
    writer = asyncio.create_task(write(door.bus.subscribe()))
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
    if not arguments.events:
        run_output.print_start(catalog, door.url, asked=first.port)
    try:
        await _until_stopped(arguments, folders, door)
    finally:
        forget(address)
    await writer
    return 0


def _folder_options(settings: Settings) -> FolderOptions:
    return FolderOptions(
        python=settings.python,
        env_file=settings.env_file,
        isolate_functions=settings.isolation == "function",
    )


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
    near = ", ".join(nearest(catalog, name)) or "funclens list shows them all"
    raise UsageError(f"No function is called {name}. The nearest are: {near}")


async def _until_stopped(
    arguments: argparse.Namespace, folders: Mapping[str, Settings], door: FrontDoor
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
        watch = asyncio.create_task(_watch(reloading, door))
    await door.stopping.wait()
    if watch is not None:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
    await door.stop(STOP_SECONDS)


def _at_end_of_stdin(stop: run_output.Action) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        stop()


async def _watch(folders: list[str], door: FrontDoor) -> None:
    """Tell the door about saved files, where watchfiles is installed."""
    with contextlib.suppress(ImportError):
        from watchfiles import awatch  # noqa: PLC0415 - the editor tells by itself

        changes = awatch(
            *folders,
            step=_WATCH_STEP_MS,
            debounce=4 * _WATCH_STEP_MS,
            stop_event=door.stopping,
        )
        async for batch in changes:
            door.files_changed(sorted({path for _, path in batch}))
