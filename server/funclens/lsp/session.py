"""State of one client: open documents, workspace, runner and published results."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from funclens.features import make_snapshot
from funclens.features.position_encoding import Places
from funclens.folder_settings import ProjectSettings
from funclens.lsp.analysis import Analysis
from funclens.lsp.configuration import (
    Configuration,
    EditorSettings,
    resolve,
)
from funclens.lsp.open_documents import Documents
from funclens.lsp.publishing.publisher import Publisher, needs_json
from funclens.lsp.running.feed import RunnerFeed
from funclens.lsp.set_up.set_ups import SetUps
from funclens.lsp.set_up.unit_needs import UnitNeeds
from funclens.lsp.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pygls.lsp.server import LanguageServer

    from funclens.features import Snapshot
    from funclens.lsp.analysis import Failure, Update
    from funclens.lsp.language_client import Client
    from funclens.model import Catalog

__all__ = ["Session"]

T = TypeVar("T")

IDLE_SECONDS = 1.0
"""How long nothing has to change before a runner is prepared."""


class Session:
    """Owns the state of the language server between `initialize` and `exit`."""

    def __init__(self, server: LanguageServer, client: Client) -> None:
        self.client = client
        self.folders = client.folders
        self.editor = client.editor
        self.configuration = Configuration()
        self.window = Window(server, client.profile)
        self.analysis = Analysis(self._take)
        self.documents = Documents(self.analysis, client.encoding)
        texts = self.analysis.workspace.texts
        self.places = Places(
            client.encoding, texts.line, texts.text, self.documents.uri_of
        )
        self.publisher = Publisher(
            server, self.documents, client.profile, self.places, self.window
        )
        self.runner = RunnerFeed(self.window, self._publish_soon)
        self.runner.set_folders(self.folders)
        self.set_ups = SetUps(self.window, self._publish_soon)
        self.unit_needs = UnitNeeds(
            lambda: self.analysis.catalog.units, self.pythons, self._publish_soon
        )
        self._failures: tuple[Failure, ...] = ()
        self._snapshot: tuple[Catalog, Snapshot] | None = None
        self._projects = ProjectSettings()
        self._reading = asyncio.Lock()
        self._is_publishing = False
        self._preparing: asyncio.TimerHandle | None = None

    def snapshot(self) -> Snapshot:
        """Return the current state as one value."""
        catalog = self.analysis.catalog
        if self._snapshot is None or self._snapshot[0] is not catalog:
            window = self.configuration.window
            made = make_snapshot(
                catalog,
                expected_url=f"http://{window.host}:{window.port}",
                code_lens=window.code_lens,
                trusted=self.client.trusted,
                client_commands=self.client.commands,
            )
            self._snapshot = (catalog, made)
        return replace(
            self._snapshot[1],
            activity=self.runner.activity,
            needs=self.unit_needs.current,
            in_set_up=self.set_ups.units,
            unsaved=self.documents.unsaved(self._snapshot[1].by_file),
            failures=tuple(
                (failure.path, f"{type(failure.error).__name__}: {failure.error}")
                for failure in self._failures
                if failure.path
            ),
        )

    def pythons(self) -> dict[str, str]:
        """Return the setting `python` of each folder."""
        return {
            folder: settings.python
            for folder, settings in self.configuration.folders.items()
        }

    async def settle(self) -> Session:
        """Return the session after earlier changes have been processed.

        Waits for settings that are being read, for as long as for an edit.
        """
        await self.analysis.settle()
        if self._reading.locked():
            with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                await asyncio.wait_for(self._read_over(), self.analysis.patience)
        return self

    async def _read_over(self) -> None:
        """Wait until settings and workspace are not being read."""
        async with self._reading:
            return

    async def answer(self, feature: Callable[..., T], *arguments: Any) -> T:
        """Call a feature with the snapshot in a thread and return its result.

        For features that may read files. The snapshot is the first argument.
        """
        await self.settle()
        return await asyncio.to_thread(feature, self.snapshot(), *arguments)

    async def read(self) -> None:
        """Read settings and workspace, then publish."""
        async with self._reading:
            try:
                self.configuration = await asyncio.to_thread(
                    resolve, self.folders, self.editor, self._projects
                )
            except Exception as error:  # noqa: BLE001 - a file must not end the server
                self.window.report("Reading the settings", error)
            self._snapshot = None
            for complaint in self.configuration.complaints:
                self.window.warn_once(f"Invalid Funclens setting ignored. {complaint}")
            async with self.window.progress("Funclens: reading the workspace"):
                await self.analysis.read(self.folders, self.configuration.folders)
            self.publish()

    async def change_folders(self, folders: list[str]) -> None:
        """Read other folders, and serve them if a runner started here is up."""
        self.folders = folders
        self.runner.set_folders(folders)
        await self.read()
        await self.runner.start_again(self.configuration.for_runner(folders))

    async def change_settings(self, editor: EditorSettings) -> None:
        """Apply changed editor settings, to a runner started here, too."""
        before = self.configuration
        self.editor = editor
        await self.read()
        await self._apply_to_runner(before)

    async def _apply_to_runner(self, before: Configuration) -> None:
        """Apply changed settings to a runner started here; restart it to move it.

        Another runner has been given its settings by whoever started it.
        """
        now, bridge = self.configuration, self.runner.bridge
        await bridge.settle()
        if not (bridge.is_ours and bridge.is_up):
            return
        settings = now.for_runner(self.folders)
        if now.start != before.start:
            await self.runner.start_again(settings)
        elif settings != before.for_runner(self.folders):
            await bridge.control("configure", editor=settings)

    def list_functions(self, version: int) -> dict[str, Any]:
        """Return functions, runner and responses, and send changes from now on."""
        publisher, runner = self.publisher, self.runner
        runner.sends_differences = version > 1
        found = publisher.functions.all(self.analysis.catalog, version)
        found["runner"] = runner.status()
        if version > 1:
            found["responses"] = publisher.responses.all(runner.activity.responses)
        publisher.next_runs.publish(self.analysis.catalog)
        next_runs = publisher.next_runs.all()
        return {
            **found,
            "needs": needs_json(self.snapshot()),
            "next_runs": next_runs,
        }

    async def start_runner(self) -> None:
        """Join or start a runner, if none is up."""
        await self.runner.start(self.configuration.for_runner(self.folders))

    async def join_runner(self) -> None:
        """Join a runner that already serves this workspace, if it is trusted."""
        if self.client.trusted:
            await self.runner.join()

    async def changed(self, paths: Iterable[str]) -> None:
        """Re-read files that changed on disk, also in the runner."""
        paths = list(paths)
        self.publisher.forget(paths)
        self.documents.saved(paths)
        self.analysis.changed(paths)
        async with self.runner.changing:
            if any(Path(path).name == "pyproject.toml" for path in paths):
                before = self.configuration
                await self.read()
                await self._apply_to_runner(before)
            await self.runner.files_changed(paths)

    def publish(self, edited: frozenset[str] = frozenset()) -> None:
        """Send the client what changed since the last time."""
        if self.analysis.is_ready:
            self.publisher.publish(self.snapshot(), edited)
            self._prepare_when_idle()

    def _take(self, update: Update) -> None:
        """Process a result of the analysis."""
        self._failures = update.failures
        for failure in update.failures:
            what = Path(failure.path).name if failure.path else "the workspace"
            self.window.report(f"Analyzing {what}", failure.error)
        for note in update.notes:
            self.window.log_once(note)
        self.publish(update.edited)
        if not update.edited:  # anything may have changed, on disk, too
            self.unit_needs.look()

    def _prepare_when_idle(self) -> None:
        """Get a runner ready once nothing has changed for a while.

        That starts the workspace's interpreter, so only where its user trusts it.
        """
        if self._preparing is not None:
            self._preparing.cancel()
            self._preparing = None
        if self.runner.bridge.is_up or not self.client.is_confirmed:
            return
        if self.analysis.catalog.functions:
            loop = asyncio.get_running_loop()
            self._preparing = loop.call_later(IDLE_SECONDS, self._prepare)

    def _prepare(self) -> None:
        self.window.hold(self._prepare_run())

    async def _prepare_run(self) -> None:
        await asyncio.to_thread(import_module, "funclens.lsp.commands.execute")
        await self.runner.prepare(self.configuration.for_runner(self.folders))

    def _publish_soon(self) -> None:
        """Publish once for all runner events in this turn of the event loop."""
        if not self._is_publishing:
            self._is_publishing = True
            asyncio.get_running_loop().call_soon(self._publish_now)

    def _publish_now(self) -> None:
        self._is_publishing = False
        self.publish()
