"""Reads and parses the workspace in a background thread.

Edits are applied to the workspace's texts immediately. Facts and anything read from
disk are updated in the thread, in one pass for all changes that arrived in the
meantime. If that raises, the failure is reported and the last catalog is kept.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from funclens.catalog import build_catalog
from funclens.dataclass import dataclass, field
from funclens.discovery import Workspace
from funclens.features.snapshot import absolute
from funclens.model import Catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from funclens.discovery import Change, WorkspaceFacts
    from funclens.settings import Settings

__all__ = ["Analysis", "Failure", "Update"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be analyzed."""

    error: Exception
    path: str | None
    """Absolute path of the file; None if it concerns a folder or the workspace."""


@dataclass(frozen=True, slots=True)
class Update:
    """Result of one pass."""

    catalog: Catalog
    """The last catalog that could be built."""
    edited: frozenset[str] = frozenset()
    """Open files whose text changed; empty if anything else changed, too."""
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
    """What was skipped while reading, and why."""


@dataclass(frozen=True, slots=True)
class _Operation:
    done: asyncio.Future[None]
    apply: Callable[[Workspace], object] | None = None
    """None if only texts were edited."""
    path: str | None = None
    """File that the operation concerns."""


class Analysis:
    """Owns the workspace and the thread that reads it."""

    def __init__(
        self, publish: Callable[[Update], None], *, patience: float = 2.0
    ) -> None:
        self.workspace = Workspace(())
        self.catalog = Catalog()
        """The last catalog that could be built."""
        self._publish = publish
        self.patience = patience
        """Maximum seconds that a request waits for earlier changes."""
        self._worker: _Worker | None = None
        self._last: asyncio.Future[None] | None = None
        self._ready = asyncio.Event()
        self._answered_early = False

    async def read(
        self, folders: Sequence[str], settings: Mapping[str, Settings]
    ) -> None:
        """Read these folders from disk; open texts stay open."""

        def apply(workspace: Workspace) -> None:
            workspace.set_folders(folders, settings)
            workspace.load()

        try:
            await asyncio.shield(self._submit(apply))
        finally:
            self._ready.set()

    @property
    def is_ready(self) -> bool:
        """Whether the workspace has been read, so that requests can be answered."""
        return self._ready.is_set()

    @property
    def is_settled(self) -> bool:
        """Whether the catalog is that of the current texts."""
        return self.is_ready and (self._last is None or self._last.done())

    def end_waiting(self) -> None:
        """Answer requests with the current state, even if nothing has been read."""
        self._ready.set()

    async def settle(self) -> None:
        """Wait for the first read, then at most `patience` for earlier changes.

        After that, the last catalog is used.
        """
        await self._ready.wait()
        if self._last is not None and not self._last.done():
            await asyncio.wait({self._last}, timeout=self.patience)
            self._answered_early |= not self._last.done()

    async def ask(self, question: Callable[[WorkspaceFacts, Catalog], T]) -> T | None:
        """Return the answer to a question about the current facts, or None.

        The question is asked in the thread. Returns None if it raises.
        """
        answers: list[T] = []

        def apply(workspace: Workspace) -> None:
            facts = workspace.facts()
            answers.append(question(facts, build_catalog(facts, problems=False)))

        await asyncio.shield(self._submit(apply))
        return answers[0] if answers else None

    def open(self, path: str, text: str, version: int) -> None:
        """Use the editor's text of a file from now on."""
        self.workspace.open(path, text, version)
        self._submit(None, path)

    def edit(
        self, path: str, changes: Iterable[Change], encoding: str, version: int
    ) -> None:
        """Apply changes to an open text; changes of other files are ignored."""
        if self.workspace.edit(path, changes, encoding=encoding, version=version):
            self._submit(None, path)

    def close(self, path: str) -> None:
        """Use the disk's text of a file again."""
        self.workspace.close(path)
        self._submit(lambda _: None, path)

    def changed(self, paths: Iterable[str]) -> None:
        """Re-read files that were created, changed or deleted."""
        changed = list(paths)
        for path in changed:
            self.workspace.texts.forget(path)
        about = changed[0] if len(changed) == 1 else None
        self._submit(lambda workspace: workspace.changed(changed), about)

    def _submit(
        self, apply: Callable[[Workspace], object] | None, path: str | None = None
    ) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        if self._worker is None:
            self._worker = _Worker(self.workspace, loop, self._take)
        self._last = loop.create_future()
        self._worker.queue.put(_Operation(self._last, apply, path))
        return self._last

    def _take(self, update: Update, done: Iterable[asyncio.Future[None]]) -> None:
        self.catalog = update.catalog
        for future in done:
            if not future.done():
                future.set_result(None)
        if self._answered_early:
            self._answered_early = False
            update = replace(update, edited=frozenset())
        self._publish(update)


@dataclass(slots=True)
class _State:
    """State of the thread."""

    catalog: Catalog = field(default_factory=Catalog)
    failures: tuple[Failure, ...] = ()
    """While there are any, the workspace may be partially updated."""
    notes: tuple[str, ...] = ()


class _Worker:
    """The thread; a daemon, so that it never delays the end of the process."""

    def __init__(
        self,
        workspace: Workspace,
        loop: asyncio.AbstractEventLoop,
        take: Callable[[Update, list[asyncio.Future[None]]], None],
    ) -> None:
        self.queue: queue.SimpleQueue[_Operation] = queue.SimpleQueue()
        self._workspace = workspace
        self._loop = loop
        self._take = take
        self._state = _State()
        threading.Thread(target=self._run, name="analysis", daemon=True).start()

    def _run(self) -> None:
        while True:
            batch = [self.queue.get()]
            while not self.queue.empty():
                batch.append(self.queue.get())
            update = self._update(batch)
            done = [operation.done for operation in batch]
            try:
                self._loop.call_soon_threadsafe(self._take, update, done)
            except RuntimeError:  # the loop is closed: the server is exiting
                return

    def _update(self, batch: Sequence[_Operation]) -> Update:
        state = self._state
        failures = [
            Failure(error, operation.path)
            for operation in batch
            if operation.apply and (error := self._try(operation.apply)) is not None
        ]
        error = self._try(self._build)
        if error is not None:
            failures.append(Failure(error, batch[-1].path))
        if failures:
            state.failures = tuple(failures)
        elif state.failures and self._concerns_failures(batch):
            error = self._try(self._start_over)
            suspect = state.failures[0].path
            state.failures = () if error is None else (Failure(error, suspect),)
        is_edit = all(operation.apply is None for operation in batch)
        edited = {operation.path or "" for operation in batch} if is_edit else ()
        return Update(state.catalog, frozenset(edited), state.failures, state.notes)

    def _concerns_failures(self, batch: Sequence[_Operation]) -> bool:
        suspects = {failure.path for failure in self._state.failures}
        return any(item.apply or item.path in suspects for item in batch)

    def _try(self, apply: Callable[[Workspace], object]) -> Exception | None:
        try:
            apply(self._workspace)
        except Exception as error:  # noqa: BLE001 - one file must not end the server
            return error
        return None

    def _build(self, workspace: Workspace) -> None:
        facts = workspace.facts()
        catalog = build_catalog(facts)
        self._state.notes = (*facts.notes, *catalog.notes)
        if catalog.problems is not self._state.catalog.problems:
            for problem in catalog.problems:
                # Read in this thread to keep the event loop free.
                path = absolute(problem.folder, problem.file)
                workspace.texts.line(path, problem.span.line)
        self._state.catalog = catalog

    def _start_over(self, workspace: Workspace) -> None:
        workspace.load()
        self._build(workspace)
