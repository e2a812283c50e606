"""The runner: owns workspace, catalog, front door, watcher and event bus.

The command line creates one and awaits it. The event loop never reads or parses files,
so a slow file delays no request. Read errors are published as `warning` events, and the
previous state is kept.
"""

from __future__ import annotations

import asyncio
import os
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from funclens.catalog import build_catalog, listing
from funclens.discovery import Workspace, is_foreign
from funclens.errors import FunclensError, UnknownFunctionError, UsageError
from funclens.requests.lookup import find_by_route
from funclens.runner.api.registry import RunnerAddress, forget, publish
from funclens.runner.background import in_thread
from funclens.runner.changes import PendingChanges
from funclens.runner.events import EventBus
from funclens.runner.front_door import FrontDoor, FrontDoorOptions
from funclens.runner.http.replies import Replies
from funclens.runner.own_routes import OwnRoutes
from funclens.runner.page.last_responses import LastResponses
from funclens.runner.processes.options import FolderOptions, WorkerOptions
from funclens.runner.units.pool import WorkerPool
from funclens.runner.watch import WatchProblem, watched_files

if TYPE_CHECKING:
    import socket
    from collections.abc import Coroutine, Mapping, Sequence

    from funclens.folder_settings import FolderSettings
    from funclens.model import Catalog
    from funclens.runner.changes import Changes
    from funclens.runner.processes.prestart import Prestarted
    from funclens.settings import Settings

__all__ = ["Runner", "RunnerOptions"]


@dataclass(frozen=True, slots=True)
class RunnerOptions:
    """Command line options of a runner other than its settings."""

    target: str | None = None
    """Name of the function that gets requests without a matching name."""
    debug: bool = False
    """Whether every unit starts under debugpy."""
    watches: bool = True
    """Whether to watch for saved files; an editor reports them itself."""
    patience_seconds: float = 1.0
    """Maximum seconds for reading the workspace before serving what is known."""


class Runner:
    """Serves the functions of workspace folders on one listening socket."""

    def __init__(
        self,
        listener: socket.socket,
        source: FolderSettings,
        settings: Mapping[str, Settings],
        options: RunnerOptions | None = None,
        prestarted: Prestarted | None = None,
    ) -> None:
        """Use the settings that `source` has read last."""
        self.bus = EventBus()
        self.token = os.urandom(24).hex()
        self.stopping = asyncio.Event()
        """Set when the runner should stop."""
        self.workspace = Workspace(list(settings), settings)
        self._source = source
        self._settings = dict(settings)
        self._options = options or RunnerOptions()
        self._listener = listener
        self._prestarted = prestarted
        self._since = time.time_ns()
        self._changes = PendingChanges()
        self._reading = asyncio.Lock()
        """Held by the only thread that may access the workspace."""
        self._replies = Replies()
        self._last_responses = LastResponses(time.time)
        self.bus.attach(self._last_responses)
        self._tasks: set[asyncio.Task[None]] = set()
        self._address: RunnerAddress | None = None
        self._notes: frozenset[str] = frozenset()
        """Current notes, already published."""
        self._listing: dict[str, Any] | None = None
        """The last listing, for use while the workspace is being read."""

    @property
    def catalog(self) -> Catalog:
        """The catalog that is being served."""
        return self.pool.catalog

    @property
    def url(self) -> str:
        """Address of the runner, without a trailing slash."""
        return self.front_door.url

    async def start(self) -> None:
        """Read the workspace and start accepting requests.

        Raises UsageError if `target` doesn't name a function.
        """
        catalog, notes = await in_thread(self._load)
        target = _target(catalog, self._options.target)
        first = next(iter(self._settings.values()))
        body_limit = first.body_limit * 1024 * 1024
        self.pool = WorkerPool(
            catalog,
            WorkerOptions(
                folders=_folder_options(self._settings),
                debug=self._options.debug,
                target=target,
                body_limit=body_limit,
            ),
            self.bus,
            self._replies,
            self._prestarted,
        )
        self.front_door = FrontDoor(
            self._listener,
            FrontDoorOptions(first.allow_host, first.allow_origin, target, body_limit),
            self.pool,
            self.bus,
            self._replies,
        )
        own_routes = OwnRoutes(
            url=self.url,
            token=self.token,
            folders=tuple(self._settings),
            pool=self.pool,
            changes=self._changes,
            stopping=self.stopping,
            last_responses=self._last_responses,
            bus=self.bus,
            replies=self._replies,
        )
        self.front_door.open()
        self._spawn(self._refresh_forever())
        self._spawn(self._answer_own_requests(own_routes))
        folders = [name for name, item in self._settings.items() if item.reload]
        if self._options.watches and folders:
            self._spawn(self._watch(folders))
        self._announce()
        self._publish_new(notes)

    async def stop(self, seconds: float) -> None:
        """Stop accepting requests, drain workers for `seconds`, end all processes."""
        if self._address is not None:
            forget(self._address)
        self.front_door.close()
        await self.pool.stop(seconds)
        self.bus.publish("stopped")
        self.bus.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._replies.close()

    def kill(self) -> None:
        """Kill all workers immediately."""
        self.pool.kill()

    def files_changed(self, paths: Sequence[str]) -> asyncio.Future[None]:
        """Read saved files; return a future for when they are served."""
        return self._changes.add_files(paths)

    async def listing(self) -> dict[str, Any]:
        """Return functions and problems as in `list --json`."""
        reading = asyncio.ensure_future(self._read(self._describe))
        await asyncio.wait({reading}, timeout=self._options.patience_seconds)
        if reading.done() and reading.exception() is None:
            self._listing = reading.result()
        elif reading.done():
            self._warn("the problems could not be looked for", reading.exception())
        return self._listing or listing(self.catalog)

    def _announce(self) -> None:
        url, folders = self.front_door.url, tuple(self._settings)
        self._address = RunnerAddress(url, self.token, os.getpid(), folders)
        try:
            publish(self._address)
        except OSError as error:
            self.bus.publish(
                "warning",
                message=f"cannot write to the state folder: {error}",
                hint="`funclens call` and other windows will not find this runner",
            )
        self.bus.publish(
            "ready",
            version=1,
            url=url,
            pid=self._address.pid,
            token=self.token,
            folders=list(folders),
        )

    # The following methods run in threads, one at a time.

    def _load(self) -> tuple[Catalog, tuple[str, ...]]:
        self.workspace.load()
        facts = self.workspace.facts()
        return build_catalog(facts, problems=False), facts.notes

    def _look_at(
        self, changes: Changes
    ) -> tuple[Catalog, tuple[str, ...], dict[str, Settings]]:
        """Read what has changed; return current catalog, notes and settings."""
        settings = self._settings
        if changes.editor is not None or any(map(_is_project, changes.paths)):
            settings = self._source.read()
        if settings != self._settings:
            self.workspace.set_folders(list(settings), settings)
            self.workspace.load()
        else:
            self.workspace.changed(changes.paths)
        facts = self.workspace.facts()
        return build_catalog(facts, problems=False), facts.notes, settings

    def _describe(self) -> dict[str, Any]:
        facts = self.workspace.facts()
        catalog = build_catalog(facts)
        return listing(catalog, (*facts.notes, *catalog.notes))

    # The following methods run on the event loop.

    async def _read(self, function: Any, *arguments: Any) -> Any:
        async with self._reading:
            return await in_thread(function, *arguments)

    async def _refresh_forever(self) -> None:
        while True:
            changes = await self._changes.take()
            await self._refresh(changes)
            changes.settle()

    async def _refresh(self, changes: Changes) -> None:
        """Serve what has changed, or the previous state if it can't be read."""
        if changes.editor is not None:
            try:
                self._source.use_editor(changes.editor)
            except FunclensError as error:
                changes.editor = None
                self.bus.publish("warning", message=str(error), hint=error.hint)
        reading = asyncio.ensure_future(self._read(self._look_at, changes))
        served: set[str] = set()
        while not (
            await asyncio.wait({reading}, timeout=self._options.patience_seconds)
        )[0]:
            # Don't delay new code until slow files have been read.
            fresh = {*changes.paths, *self._changes.next.paths} - served
            self.pool.update(self.catalog, fresh)
            served |= fresh
            changes.settle_files()
            self._changes.next.settle_files()
        try:
            catalog, notes, settings = reading.result()
            self._apply(catalog, settings)
            self._publish_new(notes)
        except Exception as error:  # noqa: BLE001 - what is known stays in force
            self._warn("the workspace could not be read again", error)
        self.pool.update(self.catalog, set(changes.paths) - served)

    def _apply(self, catalog: Catalog, settings: dict[str, Settings]) -> None:
        if settings != self._settings:
            self._settings = settings
            self.pool.configure(_folder_options(settings))
        for complaint in self._source.complaints:
            self._warn(complaint)
        self._source.complaints = ()
        before = self.catalog
        self.front_door.update(catalog)
        self.pool.update(catalog)
        if before.functions != catalog.functions:
            self.bus.publish("functions-changed", functions=len(catalog.functions))

    def _publish_new(self, notes: Sequence[str]) -> None:
        """Publish notes that are new since the last time."""
        for note in dict.fromkeys(notes):
            if note not in self._notes:
                self._warn(note)
        self._notes = frozenset(notes)

    async def _watch(self, folders: list[str]) -> None:
        async for change in watched_files(folders, is_foreign, self._since):
            if isinstance(change, WatchProblem):
                self.bus.publish("warning", message=change.message, hint=change.hint)
            else:
                self.files_changed(change)

    async def _answer_own_requests(self, own_routes: OwnRoutes) -> None:
        while True:
            request = await self.front_door.own_requests.get()
            self._spawn(own_routes.answer(request, self.listing))

    def _warn(self, message: str, error: BaseException | None = None) -> None:
        """Publish a warning, with details if it is caused by a bug in Funclens."""
        if error is None:
            self.bus.publish("warning", message=message, hint="")
            return
        if os.environ.get("FUNCLENS_TRACEBACK"):
            traceback.print_exception(error)
        self.bus.publish(
            "warning",
            message=f"{message}: {type(error).__name__}: {error}",
            hint="this is a defect of Funclens; the functions known before are served",
        )

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._warn("a part of the runner failed", error)


def _target(catalog: Catalog, name: str | None) -> str | None:
    """Return the id of the function named by `--target`. Raises UsageError."""
    try:
        return None if name is None else find_by_route(catalog.routes, name)
    except UnknownFunctionError as error:
        raise UsageError(f"--target: {error}", hint=error.hint) from error


def _is_project(path: str) -> bool:
    return path.rpartition(os.sep)[2] == "pyproject.toml"


def _folder_options(settings: Mapping[str, Settings]) -> dict[str, FolderOptions]:
    return {name: FolderOptions.of(item) for name, item in settings.items()}
