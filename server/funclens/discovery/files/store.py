"""The modules of one workspace folder, read on demand and cached until they change."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from funclens.discovery.deploy import is_deploy_file
from funclens.discovery.deploy.terraform import is_module_file
from funclens.discovery.files.encoding import decode, with_line_feeds
from funclens.discovery.files.folder_files import FolderFiles
from funclens.discovery.files.ignoring.ignore import IGNORE_FILES
from funclens.discovery.files.walk import Scan, scan
from funclens.discovery.resolve.module_reader import ModuleReader, read_module
from funclens.discovery.scoring.project_context import MARKERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.discovery.files.document import Unchanged
    from funclens.discovery.files.prescan.prescan import Prescan
    from funclens.discovery.resolve.facts import Module
    from funclens.settings import Settings

__all__ = ["Store"]


class Store(FolderFiles):
    """Current modules of one folder; texts open in an editor win over the disk."""

    def __init__(self, folder: str, settings: Settings, others: Sequence[str]) -> None:
        super().__init__(folder, settings, others)
        self._modules: dict[str, Module | None] = {}
        self._changed: set[str] = set()
        """Paths whose module may have changed since `take_changed`."""
        self._readers: dict[str, ModuleReader] = {}
        """Readers of open texts, by path."""

    def load(self, prescan: Prescan | None = None) -> None:
        """Read the folder from disk from scratch.

        The walk is taken from `prescan`, if given.
        """
        self.start_over()
        self._modules = {}
        self._readers = {}
        received = self._receive(prescan) if prescan else None
        self.take_walk(received or scan(self.folder, self.ignored, self.others))

    def _receive(self, prescan: Prescan) -> Scan | None:
        """Read the modules of a prescan as they arrive; None if its process died."""
        self.scan = Scan()
        own = Scan()
        for modules in prescan.modules(self.ignored, self.others, own):
            self.scan.modules.update(modules)
            self.relevant |= set(modules)
            for path in modules:
                self.find(path)
        found = prescan.finish(self.ignored)
        if found is not None:
            found.merge(own)
        return found

    def take_changed(self) -> set[str]:
        """Return the paths whose module may have changed since the last call.

        If `settle` returned True, any module may be affected.
        """
        changed, self._changed = self._changed, set()
        return changed

    def find(self, path: str) -> Module | None:
        """Return the module at a path, reading it if needed."""
        try:
            return self._modules[path]
        except KeyError:
            pass
        module = None
        data = self.scan.modules.pop(path, None)
        if data is None and self.may_exist(path):
            data = self.reading.read(path)
        if data is not None:
            module = self.reading.confined(path, partial(_module_of, path, data), None)
        self._modules[path] = module
        return module

    def open(self, path: str, text: str, unchanged: Unchanged | None = None) -> bool:
        """Set the text of an open file; return whether facts may have changed.

        `unchanged` says how much of the text is the same as in the previous call.
        """
        if not path.endswith(".py"):
            return False
        if "\r" in text:
            text, unchanged = with_line_feeds(text), None
        reader = self._readers.get(path)
        before = self._modules.get(path)
        reading = partial(_edited, path, text, reader, unchanged)
        reader = self.reading.confined(path, reading, None)
        if reader is None:
            # Its last facts are kept until it can be read again.
            self._readers.pop(path, None)
            return False
        self.reading.notes.forget(path)
        self._readers[path] = reader
        self._modules[path] = reader.module
        if before is not reader.module:
            self._changed.add(path)
        was_relevant = path in self.relevant
        said = self.scan.deploy_files.get(path)
        self.take_in(path, text.encode("utf-8", "replace"))
        known = path in self.scan.files
        self.scan.files.add(path)
        if not known:
            self.context_changed = True
        return (
            not known
            or was_relevant is not (path in self.relevant)
            or before is not reader.module
            or said != self.scan.deploy_files.get(path)
        )

    def close(self, path: str) -> bool:
        """Close an open text; return whether it was open."""
        if self._readers.pop(path, None) is None:
            return False
        self.changed(path)
        return True

    def changed(self, path: str) -> None:
        """Re-read a file or folder from disk."""
        name = os.path.basename(path)
        self.deploy_files.changed(path)
        if name in IGNORE_FILES or path == self.folder:
            self.load()
        elif path in self.scan.folders or os.path.isdir(path):
            self.forget_folder(path)
            if os.path.isdir(path):
                self.scan_below(path)
        elif name.endswith(".py"):
            self._look_at(path)
        elif name in MARKERS or is_deploy_file(name) or is_module_file(name):
            self.look_at_other(path, name)

    def _look_at(self, path: str) -> None:
        if path in self._readers:
            return
        if self.ignored.in_pipelines(os.path.dirname(path)):
            return
        self._modules.pop(path, None)
        self._changed.add(path)
        self.scan.modules.pop(path, None)
        data = self.reading.read(path)
        if data is None and not os.path.exists(path):
            self.reading.notes.forget(path)
            if path in self.scan.files:
                self.context_changed = True
            self.scan.files.discard(path)
            self.take_in(path, b"")
            self.relevant.discard(path)
            return
        if path not in self.scan.files:
            self.context_changed = True
        self.scan.files.add(path)
        self.know_folders(os.path.dirname(path))
        if self.take_in(path, data or b"") and data is not None:
            self.scan.modules[path] = data

    def forget_folder(self, path: str) -> None:
        """Forget everything below a folder."""
        super().forget_folder(path)
        inside = path + os.sep
        for item in [item for item in self._modules if item.startswith(inside)]:
            del self._modules[item]


def _module_of(path: str, data: bytes) -> Module:
    text, readable = decode(data)
    return read_module(path, text, undecodable=not readable)


def _edited(
    path: str, text: str, reader: ModuleReader | None, unchanged: Unchanged | None
) -> ModuleReader:
    if reader is None:
        return ModuleReader(path, text)
    reader.edit(text, unchanged)
    return reader
