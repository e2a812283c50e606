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
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.catalog import listing
from funclens.discovery import is_foreign
from funclens.errors import FunclensError
from funclens.runner.api.announcement import announce
from funclens.runner.api.registry import RunnerAddress, forget
from funclens.runner.changes import PendingChanges
from funclens.runner.emulators.emulation import Emulation
from funclens.runner.events import EventBus
from funclens.runner.front_door import FrontDoor
from funclens.runner.history.history import History
from funclens.runner.http.replies import Replies
from funclens.runner.live_settings import (
    front_door_options,
    postponed,
    window_settings,
    worker_options,
)
from funclens.runner.own_routes import OwnRoutes
from funclens.runner.page.last_responses import LastResponses
from funclens.runner.runner_options import RunnerOptions, target_of
from funclens.runner.units.pool import WorkerPool
from funclens.runner.watch import WatchProblem, watched_files
from funclens.runner.workspace_reader import WorkspaceReader

if TYPE_CHECKING:
    import socket
    from collections.abc import Coroutine, Mapping, Sequence

    from funclens.discovery import Workspace
    from funclens.folder_settings import FolderSettings
    from funclens.model import Catalog
    from funclens.runner.changes import Changes
    from funclens.runner.processes.prestart import Prestarted
    from funclens.runner.workspace_reader import ReadWorkspace
    from funclens.settings import Settings

__all__ = ["Runner", "RunnerOptions"]


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
        self._reader = WorkspaceReader(source, settings)
        self._source = source
        self._settings = dict(settings)
        self._options = options or RunnerOptions()
        self._listener = listener
        self._prestarted = prestarted
        self._since = time.time_ns()
        self._changes = PendingChanges()
        self._replies = Replies()
        self.history = History(0)
        self._last_responses = LastResponses(time.time)
        self.bus.attach(self._last_responses)
        self.emulation = Emulation(self.bus, is_on=self._options.emulators)
        self._tasks: set[asyncio.Task[None]] = set()
        self._address: RunnerAddress | None = None
        self._notes: frozenset[str] = frozenset()
        """Current notes, already published."""
        self._listing: dict[str, Any] | None = None
        """The last listing, for use while the workspace is being read."""

    @property
    def workspace(self) -> Workspace:
        """The workspace; only the reader's threads may use it."""
        return self._reader.workspace

    @property
    def catalog(self) -> Catalog:
        """The catalog that is being served."""
        return self.pool.catalog

    @property
    def is_up(self) -> bool:
        """Whether others know of it: it has to be stopped, not only ended."""
        return self._address is not None

    @property
    def is_debugged(self) -> bool:
        """Whether every unit starts under debugpy."""
        return self._options.debug

    @property
    def url(self) -> str:
        """Address of the runner, without a trailing slash."""
        return self.front_door.url

    async def start(self) -> None:
        """Read the workspace and start accepting requests.

        Raises UsageError if `target` doesn't name a function.
        """
        catalog = (read := await self._reader.load()).catalog
        target = self._target = target_of(catalog, self._options.target)
        window = window_settings(self._settings)
        await self.history.begin(window, self._options.history_file, self.bus)
        environ = await self.emulation.prepare(self._settings, catalog)
        self.pool = WorkerPool(
            catalog,
            replace(
                worker_options(self._settings),
                environ=environ,
                debug=self._options.debug,
                target=target,
            ),
            self.bus,
            self._replies,
            self._prestarted,
            history=self.history,
        )
        self.front_door = FrontDoor(
            self._listener,
            front_door_options(window, target),
            self.pool,
            self.bus,
            self._replies,
            history=self.history,
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
            history=self.history,
        )
        self.front_door.open()
        self._spawn(self._refresh_forever())
        self._spawn(self._answer_own_requests(own_routes))
        if self._options.watches:
            self._spawn(self._watch([*self._settings]))
        at = self.url, self.token, os.getpid(), tuple(self._settings)
        self._address = RunnerAddress(*at)
        announce(self._address, self.bus)
        self.emulation.start(self.url, self.pool, self.history)
        self._publish_new(read.notes)

    async def stop(self, seconds: float) -> None:
        """Stop accepting requests, drain workers for `seconds`, end all processes."""
        if self._address is not None:
            forget(self._address)
        await self.emulation.close()
        self.front_door.close()
        await self.pool.stop(seconds)
        await self.history.close()
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
        reading = asyncio.ensure_future(self._reader.describe())
        await asyncio.wait({reading}, timeout=self._options.patience_seconds)
        if reading.done() and reading.exception() is None:
            self._listing = reading.result()
        elif reading.done():
            self._warn("checking for problems failed", reading.exception())
        return self._listing or listing(self.catalog)

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
        reading = asyncio.ensure_future(self._reader.refresh(changes))
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
            read = reading.result()
            self._apply(read)
            self._publish_new(read.notes)
        except Exception as error:  # noqa: BLE001 - what is known stays in force
            self._warn("reading the workspace failed", error)
        self.pool.update(self.catalog, set(changes.paths) - served)

    def _apply(self, read: ReadWorkspace) -> None:
        if read.settings != self._settings:
            self._configure(read.settings)
        for complaint in self._source.complaints:
            self._warn(complaint)
        self._source.complaints = ()
        before = self.catalog
        self.emulation.update(read.catalog, self.pool)
        self.front_door.update(read.catalog)
        self.pool.update(read.catalog)
        if before.functions != read.catalog.functions:
            self.bus.publish("functions-changed", functions=len(read.catalog.functions))

    def _configure(self, settings: Mapping[str, Settings]) -> None:
        before = window_settings(self._settings)
        self._settings = dict(settings)
        window = window_settings(settings)
        self.front_door.configure(front_door_options(window, self._target))
        self.history.configure(window.history, window.redact)
        self.pool.configure(worker_options(settings))
        for note in postponed(before, window):
            self._warn(note)

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
            hint="this is a bug in Funclens; the last known functions are still served",
        )

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._warn("internal error of the runner", error)
