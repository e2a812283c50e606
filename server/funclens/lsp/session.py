"""One client and its workspace: what is open, what is known, what runs.

Everything that changes goes through here, and each change ends in `publish`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from funclens.catalog import listing
from funclens.errors import RunnerError, UsageError
from funclens.features import Activity, ClientProfile, make_snapshot
from funclens.features.positions import Places
from funclens.lsp.analysis import Analysis
from funclens.lsp.configuration import (
    Configuration,
    EditorSettings,
    concern_workers_alone,
    resolve,
)
from funclens.lsp.documents import Documents
from funclens.lsp.output import OutputBatch, request_entry
from funclens.lsp.pending_requests import Underway
from funclens.lsp.progress import progress
from funclens.lsp.publisher import Publisher
from funclens.lsp.runner_bridge import RunnerBridge
from funclens.lsp.symlinks import as_opened, linked_folders
from funclens.lsp.waiting import EventWaiters

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Mapping
    from contextlib import AbstractAsyncContextManager

    from pygls.lsp.server import LanguageServer

    from funclens.features import Request, Snapshot
    from funclens.lsp.analysis import Failure, Update
    from funclens.lsp.runner_bridge import Bridge
    from funclens.model import Catalog, Span

__all__ = ["Session"]

log = logging.getLogger(__name__)

RUNNER_CHANGED = "funclens/runnerChanged"
OUTPUT = "funclens/output"


class Session:
    """Owns the state of the language server between initialize and exit."""

    def __init__(
        self,
        server: LanguageServer,
        *,
        profile: ClientProfile,
        encoding: str,
        folders: list[str],
        editor: EditorSettings,
        trusted: bool,
        client_commands: frozenset[str] = frozenset(),
        make_bridge: Callable[..., Bridge] = RunnerBridge,
    ) -> None:
        self.server = server
        self.profile = profile
        self.folders = folders
        self.editor = editor
        self.initial_settings = editor.everywhere
        self.trusted = trusted
        self.client_commands = client_commands
        self.documents = Documents(encoding)
        self.places = Places(
            encoding,
            self.documents.line_of,
            self.documents.text_of,
            self.documents.uri_of,
        )
        self.analysis = Analysis(self._take)
        self.bridge = make_bridge(self.runner_told)
        self._linked = linked_folders(folders)
        self.configuration = Configuration()
        self._publisher = Publisher(server, self.documents, profile, self.places)
        self._activity = Activity()
        self._snapshot: tuple[Catalog, Snapshot] | None = None
        self._output = OutputBatch(self._send_output)
        self._said: set[str] = set()
        self._failures: tuple[Failure, ...] = ()
        self._reading = asyncio.Lock()
        self.waiters = EventWaiters()
        self._underway = Underway(
            lambda function: self.set_activity(self._activity.waits(function)),
            lambda function: self.set_activity(self._activity.answered(function)),
        )
        self._is_publishing = False
        self._work: set[asyncio.Task[Any]] = set()

    @property
    def publisher(self) -> Publisher:
        """What tells the client."""
        return self._publisher

    def snapshot(self) -> Snapshot:
        """Return everything that is known now."""
        catalog = self.analysis.catalog
        if self._snapshot is None or self._snapshot[0] is not catalog:
            window = self.configuration.window
            made = make_snapshot(
                catalog,
                expected_url=f"http://{window.host}:{window.port}",
                code_lens=window.code_lens,
                trusted=self.trusted,
                client_commands=self.client_commands,
            )
            self._snapshot = (catalog, made)
        return replace(
            self._snapshot[1],
            activity=self._activity,
            failures=tuple(
                (failure.path, f"{type(failure.error).__name__}: {failure.error}")
                for failure in self._failures
                if failure.path
            ),
        )

    async def read(self) -> None:
        """Read settings and workspace; what is in it is published."""
        async with self._reading:
            try:
                self.configuration = await asyncio.to_thread(
                    resolve, self.folders, self.editor
                )
            except Exception as error:  # noqa: BLE001 - a file must not end the server
                self._report("Reading the settings", error)
            self._snapshot = None
            self._complain()
            async with self.progress("Funclens: reading the workspace"):
                await self.analysis.read(self.folders, self.configuration.folders)
            self.publish()

    async def change_folders(self, folders: list[str]) -> None:
        """Read other folders, and serve them if a runner from here is up."""
        self.folders = folders
        self._linked = linked_folders(folders)
        await self.read()
        await self._serve_anew()

    async def change_settings(self, editor: EditorSettings) -> None:
        """Take other settings of the editor, for the runner from here too.

        Its address stays when only workers have to start anew.
        """
        before = self.configuration.for_runner(self.folders)
        self.editor = editor
        await self.read()
        after = self.configuration.for_runner(self.folders)
        if after == before:
            return
        if self.bridge.is_ours and concern_workers_alone(before, after):
            await self.bridge.control("configure", editor=after)
        else:
            await self._serve_anew()

    async def start_runner(self) -> None:
        """Join or start a runner, if none is up.

        Raises UsageError without a folder, RunnerError when it does not come up.
        """
        if self.bridge.is_up:
            return
        if not self.folders:
            raise UsageError(
                "No folder is open, so there is nothing to serve. Open the folder that "
                "holds your functions."
            )
        self.set_activity(self._activity.starting())
        chosen = self.configuration.for_runner(self.folders)
        try:
            async with self.progress("Funclens: starting the runner"):
                await self.bridge.start(
                    self.folders, ["--editor-settings", json.dumps(chosen)]
                )
        except RunnerError:
            self.runner_told({"event": "stopped"})
            raise

    async def _serve_anew(self) -> None:
        if self.bridge.is_up:
            is_ours = self.bridge.is_ours
            await self.bridge.close()
            if is_ours and self.folders:
                await self.start_runner()

    async def join_runner(self) -> None:
        """Join a runner that serves this workspace already, if it may be used."""
        if self.trusted and self.folders:
            await self.bridge.join(self.folders)

    async def settle(self) -> Session:
        """Return the session once it knows what the client said before."""
        await self.analysis.settle()
        return self

    def publish(self, edited: frozenset[str] = frozenset()) -> None:
        """Tell the client what changed since the last time."""
        if self.analysis.is_ready:
            self._publisher.publish(self.snapshot(), edited)

    def _take(self, update: Update) -> None:
        """Take what the analysis knows now."""
        self._failures = update.failures
        for failure in update.failures:
            what = Path(failure.path).name if failure.path else "the workspace"
            self._report(f"Analyzing {what}", failure.error)
        self.publish(update.edited)

    def _report(self, what: str, error: Exception) -> None:
        """Tell the person, once, that something failed and what is in force now."""
        log.error("%s failed", what, exc_info=error)
        message = f"{what} failed: {type(error).__name__}: {error}"
        self.server.window_log_message(
            types.LogMessageParams(types.MessageType.Error, message)
        )
        self._say_once(f"{message}. The last results stay in force; see the log.")

    def opened(self, path: str | None) -> None:
        """Look at the text of a document that was opened or changed."""
        document = self.documents.get(path) if path else None
        if path and document:
            self.analysis.open(path, document.text)

    def closed(self, path: str | None) -> None:
        """Look at the file of a document that was closed."""
        if path:
            self.documents.forget(path)
            self.analysis.close(path)

    async def changed(self, paths: Iterable[str]) -> None:
        """Look at files again that changed on disk, and tell the runner."""
        paths = list(paths)
        for path in paths:
            self.documents.forget(path)
            self._publisher.forget(path)
        self.analysis.changed(paths)
        if any(Path(path).name == "pyproject.toml" for path in paths):
            await self.read()
        if self.bridge.is_up and paths:
            try:
                await self.bridge.control("changed", paths=paths)
            except RunnerError as error:
                log.info("The runner was not told of changes: %s", error)

    def progress(self, title: str) -> AbstractAsyncContextManager[None]:
        """Show that something takes its time."""
        return progress(self.server, title, shown=self.profile.progress)

    def say(self, message: str, kind: types.MessageType) -> None:
        """Show a message to the person."""
        params = types.ShowMessageParams(type=kind, message=message)
        self.server.window_show_message(params)

    async def show(self, path: str, span: Span, message: str) -> None:
        """Show a place in a file; a client that can't is told where it is."""
        if self.profile.show_document:
            params = types.ShowDocumentParams(
                uri=self.documents.uri_of(path),
                take_focus=True,
                selection=self.places.range(path, span),
            )
            await self.server.window_show_document_async(params)
        else:
            where = f"{path}:{span.line}"
            self.say(f"{message}: {where}", types.MessageType.Info)

    def hold(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let work go on whose end nobody waits for."""
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[Any]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.info("%s", error)

    def functions(self) -> dict[str, Any]:
        """Return the functions and the runner, for views."""
        return {**listing(self.analysis.catalog), "runner": self.runner_status()}

    def runner_status(self) -> dict[str, Any]:
        """Return what `funclens/runnerChanged` tells."""
        runner = self._activity.runner
        return {
            "state": runner.state.value,
            "url": runner.url,
            "folders": self.folders,
            "units": [status.to_json() for status in runner.units.values()],
        }

    def set_activity(self, activity: Activity) -> None:
        """Take the runner's new state and tell the client, once a turn."""
        if activity is self._activity:
            return
        is_news = activity.runner != self._activity.runner
        self._activity = activity
        if is_news:
            self.server.protocol.notify(RUNNER_CHANGED, self.runner_status())
        self._publish_soon()

    def sending(self, function: str, request: Request) -> None:
        """Keep a request that is sent from here, to be sent again."""
        self._activity = self._activity.sending(function, request)
        self._underway.begin(function)

    def sent(self, function: str) -> None:
        """Nobody waits any more for what was sent from here."""
        self._underway.end_soon(function)

    def runner_told(self, event: Mapping[str, Any]) -> None:
        """Take one event of the runner."""
        event = as_opened(event, self._linked)
        name = event.get("event")
        if name == "output":
            self._output.add(event)
            return
        if name == "request":
            self._output.add(request_entry(event))
            if self._activity.is_from_here(event):
                self._underway.end(event["id"])
        self._output.flush()
        if name == "runner-failed":
            self.say(str(event["message"]), types.MessageType.Error)
            return
        self.set_activity(self._activity.after(event))
        self.waiters.tell(event)

    def _publish_soon(self) -> None:
        if not self._is_publishing:
            self._is_publishing = True
            asyncio.get_running_loop().call_soon(self._publish_now)

    def _publish_now(self) -> None:
        self._is_publishing = False
        self.publish()

    def _send_output(self, entries: list[dict[str, Any]]) -> None:
        self.server.protocol.notify(OUTPUT, {"entries": entries})

    def _complain(self) -> None:
        for complaint in self.configuration.complaints:
            self._say_once(
                f"A setting of Funclens is left out until it is corrected. {complaint}",
            )

    def _say_once(self, message: str) -> None:
        if message not in self._said:
            self._said.add(message)
            self.say(message, types.MessageType.Warning)
