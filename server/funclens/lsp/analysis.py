"""The workspace and its catalog, read and parsed in a thread of their own.

The event loop hands over what happened and goes on. Whatever was handed over
meanwhile is taken in at once, then one catalog is built for all of it. If that
raises, the failure is reported and the last catalog stays.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from funclens.catalog import build_catalog
from funclens.discovery import Workspace
from funclens.model import Catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from funclens.settings import Settings

__all__ = ["Analysis", "Failure", "Update"]


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be taken in."""

    error: Exception
    path: str | None
    """The file it is about; None when it is about a folder or all of them."""


@dataclass(frozen=True, slots=True)
class Update:
    """What is known after some operations."""

    catalog: Catalog
    """The last one that could be built."""
    edited: frozenset[str] = frozenset()
    """Open files whose text changed; empty when something else changed too."""
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Operation:
    apply: Callable[[Workspace], object]
    done: asyncio.Future[None]
    path: str | None = None
    """The file it is about."""
    is_edit: bool = False


@dataclass(slots=True)
class Analysis:
    """Owns the workspace. Everything that touches it runs in one thread."""

    publish: Callable[[Update], None]
    """Called in the event loop with each update."""
    patience: float = 2.0
    """Seconds that a request waits for what was handed over before it; then the last
    catalog has to do."""
    catalog: Catalog = field(default_factory=Catalog)
    """The last one that could be built."""
    _worker: _Worker | None = None
    _last: asyncio.Future[None] | None = None
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _answered_early: bool = False

    async def read(
        self, folders: Sequence[str], settings: Mapping[str, Settings]
    ) -> None:
        """Read these folders from the disk; open texts stay open."""

        def apply(workspace: Workspace) -> None:
            workspace.set_folders(folders, settings)
            workspace.load()

        try:
            await asyncio.shield(self._submit(apply))
        finally:
            self._ready.set()

    @property
    def is_ready(self) -> bool:
        """Whether requests are answered: the first reading is over."""
        return self._ready.is_set()

    def end_waiting(self) -> None:
        """Answer requests from what is known, whether it was read or not."""
        self._ready.set()

    async def settle(self) -> None:
        """Wait for the first reading, then a moment for what was handed over."""
        await self._ready.wait()
        if self._last is not None and not self._last.done():
            await asyncio.wait({self._last}, timeout=self.patience)
            self._answered_early |= not self._last.done()

    def open(self, path: str, text: str) -> None:
        """Take the editor's text of a file from now on."""
        self._submit(lambda workspace: workspace.open(path, text), path, is_edit=True)

    def close(self, path: str) -> None:
        """Take the disk's text of a file again."""
        self._submit(lambda workspace: workspace.close(path), path)

    def changed(self, paths: Iterable[str]) -> None:
        """Look at files again that were created, changed or deleted."""
        changed = list(paths)
        path = changed[0] if len(changed) == 1 else None
        self._submit(lambda workspace: workspace.changed(changed), path)

    def _submit(
        self,
        apply: Callable[[Workspace], object],
        path: str | None = None,
        *,
        is_edit: bool = False,
    ) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        if self._worker is None:
            self._worker = _Worker(loop, self._take)
        self._last = loop.create_future()
        self._worker.queue.put(_Operation(apply, self._last, path, is_edit))
        return self._last

    def _take(self, update: Update, done: Iterable[asyncio.Future[None]]) -> None:
        self.catalog = update.catalog
        for future in done:
            if not future.done():
                future.set_result(None)
        if self._answered_early:
            self._answered_early = False
            update = replace(update, edited=frozenset())
        self.publish(update)


class _Worker:
    """The thread. It ends with the process, whatever it is busy with."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        take: Callable[[Update, list[asyncio.Future[None]]], None],
    ) -> None:
        self.queue: queue.SimpleQueue[_Operation] = queue.SimpleQueue()
        self._loop = loop
        self._take = take
        self._workspace = Workspace(())
        self._catalog = Catalog()
        self._is_doubtful = False
        """After a failure: what the workspace knows may be half of something."""
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
            except RuntimeError:  # the loop is closed: the server ends
                return

    def _update(self, batch: Sequence[_Operation]) -> Update:
        failures = [
            Failure(error, operation.path)
            for operation in batch
            if (error := self._try(operation.apply)) is not None
        ]
        path = batch[-1].path
        error = self._try(self._build)
        if error is None and self._is_doubtful and not failures:
            error = self._try(self._start_over)
        if error is not None:
            failures.append(Failure(error, path))
        self._is_doubtful = bool(failures)
        edited = {operation.path or "" for operation in batch}
        if not all(operation.is_edit for operation in batch):
            edited = set()
        return Update(self._catalog, frozenset(edited), tuple(failures))

    def _try(self, apply: Callable[[Workspace], object]) -> Exception | None:
        try:
            apply(self._workspace)
        except Exception as error:  # noqa: BLE001 - one file must not end the server
            return error
        return None

    def _build(self, workspace: Workspace) -> None:
        self._catalog = build_catalog(workspace.facts())

    def _start_over(self, workspace: Workspace) -> None:
        workspace.load()
        self._build(workspace)
