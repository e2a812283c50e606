"""The modules of one workspace folder, read on demand and cached until they change."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from funclens.discovery.deploy import (
    is_deploy_file,
    mentions_deployment,
    module_deploys,
)
from funclens.discovery.deploy.terraform import glance, is_module_file
from funclens.discovery.files.deploy_files import DeployFiles
from funclens.discovery.files.encoding import decode, with_line_feeds
from funclens.discovery.files.folder_index import Listing
from funclens.discovery.files.ignore import IGNORE_FILES, Ignored
from funclens.discovery.files.prefilter import is_relevant, names_functions
from funclens.discovery.files.reading import Reading
from funclens.discovery.files.walk import Scan, scan
from funclens.discovery.resolve.module_reader import ModuleReader, read_module
from funclens.discovery.scoring.project_context import MARKERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from funclens.discovery.deploy import Deployment
    from funclens.discovery.files.document import Unchanged
    from funclens.discovery.files.prescan.prescan import Prescan
    from funclens.discovery.resolve.facts import Module
    from funclens.settings import Settings

__all__ = ["Store"]


class Store:
    """Current files of one folder; texts open in an editor win over the disk."""

    def __init__(self, folder: str, settings: Settings, others: Sequence[str]) -> None:
        self.folder = folder
        self.relevant: set[str] = set()
        """Modules that may contain functions."""
        self.context_changed = True
        """True until `settle` if files other than modules were changed."""
        self._settings = settings
        self._others = others
        self._ignored = Ignored(folder, settings.include, settings.exclude)
        self._reading = Reading()
        self._deploy_files = DeployFiles(folder, self._reading)
        self._scan = Scan()
        self._listing: Listing | None = None
        self._modules: dict[str, Module | None] = {}
        self._changed: set[str] = set()
        """Paths whose module may have changed since `take_changed`."""
        self._readers: dict[str, ModuleReader] = {}
        """Readers of open texts, by path."""
        self._marker_bytes: dict[str, bytes] = {}

    @property
    def files(self) -> set[str]:
        """All known modules, including ignored ones."""
        return self._scan.files

    @property
    def markers(self) -> set[str]:
        """Files that tell something about the modules around them."""
        return self._scan.markers

    def is_ignored(self, path: str) -> bool:
        """Return whether an ignore file or the settings exclude a module."""
        return self._ignored.path(path)

    @property
    def deploy_files_counted(self) -> int:
        """Number of files that contain deployments."""
        return len(self._scan.deploy_files)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about files that could not be read."""
        return (*self._ignored.notes, *self._reading.notes)

    def hidden_by_ignore_files(self) -> tuple[list[str], list[str]]:
        """Return the modules and folders that ignore files exclude."""
        ignored = self._ignored
        files = [path for path in self._scan.ignored if ignored.by_ignore_file(path)]
        folders = [
            path
            for path in self._scan.left_out
            if not os.path.islink(path) and ignored.by_ignore_file(path + os.sep)
        ]
        return files, folders

    def load(self, prescan: Prescan | None = None) -> None:
        """Read the folder from disk from scratch.

        The walk is taken from `prescan`, if given.
        """
        self._ignored = Ignored(
            self.folder, self._settings.include, self._settings.exclude
        )
        self._reading = Reading()
        self._deploy_files = DeployFiles(self.folder, self._reading)
        self._modules = {}
        self._readers = {}
        self.relevant = set()
        self._scan = (self._receive(prescan) if prescan else None) or scan(
            self.folder, self._ignored, self._others
        )
        self._listing = None
        self._note_skipped(self._scan)
        self.relevant |= set(self._scan.modules)
        self.context_changed = True

    def _receive(self, prescan: Prescan) -> Scan | None:
        """Read the modules of a prescan as they arrive; None if its process died."""
        self._scan = Scan()
        own = Scan()
        for modules in prescan.modules(self._ignored, self._others, own):
            self._scan.modules.update(modules)
            self.relevant |= set(modules)
            for path in modules:
                self.find(path)
        found = prescan.finish(self._ignored)
        if found is not None:
            found.merge(own)
        return found

    def settle(self) -> bool:
        """Return whether files other than modules changed since the last call."""
        changed, self.context_changed = self.context_changed, False
        if changed:
            self._listing = None
            self._marker_bytes = {}
            self._deploy_files.forget_folders()
        return changed

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
        data = self._scan.modules.pop(path, None)
        if data is None and self._may_exist(path):
            data = self._reading.read(path)
        if data is not None:
            module = self._reading.confined(path, partial(_module_of, path, data), None)
        self._modules[path] = module
        return module

    def deployments(self) -> Iterator[Deployment]:
        """Yield deployments in path order, with Terraform last."""
        return self._deploy_files.deployments(self._scan)

    def files_below(self, folder: str) -> list[str]:
        """Return the modules below a folder, ordered by path."""
        return self._listed().files_below(folder)

    def modules_in(self, folder: str) -> Iterator[str]:
        """Yield the modules directly in a folder, ordered by path."""
        return self._listed().modules_in(folder)

    def markers_in(self, folder: str) -> list[str]:
        """Return the names of the marker files in a folder, sorted."""
        return self._listed().markers_in(folder)

    def _listed(self) -> Listing:
        if self._listing is None:
            self._listing = Listing(self._scan.files, self._scan.markers)
        return self._listing

    def read_marker(self, path: str) -> bytes:
        """Return the bytes of a marker file; empty if it isn't known."""
        if path not in self._scan.markers:
            return b""
        if path not in self._marker_bytes:
            self._marker_bytes[path] = self._reading.read(path) or b""
        return self._marker_bytes[path]

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
        reader = self._reading.confined(path, reading, None)
        if reader is None:
            # Its last facts are kept until it can be read again.
            self._readers.pop(path, None)
            return False
        self._reading.notes.forget(path)
        self._readers[path] = reader
        self._modules[path] = reader.module
        if before is not reader.module:
            self._changed.add(path)
        was_relevant = path in self.relevant
        said = self._scan.deploy_files.get(path)
        self._take_in(path, text.encode("utf-8", "replace"))
        known = path in self._scan.files
        self._scan.files.add(path)
        if not known:
            self.context_changed = True
        return (
            not known
            or was_relevant is not (path in self.relevant)
            or before is not reader.module
            or said != self._scan.deploy_files.get(path)
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
        self._deploy_files.changed(path)
        if name in IGNORE_FILES or path == self.folder:
            self.load()
        elif path in self._scan.folders or os.path.isdir(path):
            self._forget_folder(path)
            if os.path.isdir(path):
                self._scan_below(path)
        elif name.endswith(".py"):
            self._look_at(path)
        elif name in MARKERS or is_deploy_file(name) or is_module_file(name):
            self._look_at_other(path, name)

    def _take_in(self, path: str, data: bytes) -> bool:
        """Record and return whether a module may contain functions."""
        name = os.path.basename(path)
        named = names_functions(data)
        deploys = module_deploys(
            data, names_functions=named
        ) and not self._ignored.path(path)
        if deploys or path in self._scan.deploy_files:
            self._deploy_files.forget(path)
            self._scan.deploy_files.pop(path, None)
            if deploys:
                self._scan.deploy_files[path] = data
        if is_relevant(name, data, names_functions=named) and not self._ignored.path(
            path
        ):
            self.relevant.add(path)
            return True
        self.relevant.discard(path)
        return False

    def _may_exist(self, path: str) -> bool:
        if path in self._scan.files:
            return True
        above = path.rpartition(os.sep)[0]
        if above in self._scan.folders:
            return False
        while len(above) > len(self.folder):
            if above in self._scan.left_out:
                return True
            above = os.path.dirname(above)
        return False

    def _look_at(self, path: str) -> None:
        if path in self._readers:
            return
        if self._ignored.in_pipelines(os.path.dirname(path)):
            return
        self._modules.pop(path, None)
        self._changed.add(path)
        self._scan.modules.pop(path, None)
        data = self._reading.read(path)
        if data is None and not os.path.exists(path):
            self._reading.notes.forget(path)
            if path in self._scan.files:
                self.context_changed = True
            self._scan.files.discard(path)
            self._take_in(path, b"")
            self.relevant.discard(path)
            return
        if path not in self._scan.files:
            self.context_changed = True
        self._scan.files.add(path)
        self._know_folders(os.path.dirname(path))
        if self._take_in(path, data or b"") and data is not None:
            self._scan.modules[path] = data

    def _know_folders(self, folder: str) -> None:
        while folder.startswith(self.folder) and folder not in self._scan.folders:
            if folder not in self._scan.left_out:
                self._scan.folders.add(folder)
            folder = os.path.dirname(folder)

    def _look_at_other(self, path: str, name: str) -> None:
        self.context_changed = True
        self._deploy_files.forget(path)
        self._scan.deploy_files.pop(path, None)
        self._scan.terraform.pop(path, None)
        self._scan.markers.discard(path)
        left_out = self._ignored.below_ignored(path) or self._ignored.other(path)
        data = None if left_out else self._reading.read(path)
        if data is None:
            return
        self._know_folders(os.path.dirname(path))
        if name in MARKERS:
            self._scan.markers.add(path)
        if is_module_file(name):
            self._scan.terraform[path] = glance(data)
        elif is_deploy_file(name) and mentions_deployment(data):
            self._scan.deploy_files[path] = data

    def _note_skipped(self, found: Scan) -> None:
        for path, reason in found.skipped.items():
            self._reading.notes.skip(path, reason)

    def _forget_folder(self, path: str) -> None:
        self.context_changed = True
        self._reading.notes.forget_below(path)
        inside = path + os.sep
        for known in (
            self._scan.files,
            self._scan.folders,
            self._scan.left_out,
            self._scan.markers,
            self.relevant,
        ):
            known.difference_update(
                [item for item in known if item == path or item.startswith(inside)]
            )
        for table in (
            self._modules,
            self._scan.modules,
            self._scan.deploy_files,
            self._scan.terraform,
        ):
            for item in [item for item in table if item.startswith(inside)]:
                del table[item]
        self._deploy_files.forget_below(path)

    def _scan_below(self, path: str) -> None:
        name = os.path.basename(path)
        if self._ignored.folder(path, name) or self._ignored.path(
            os.path.join(path, "_")
        ):
            self._scan.left_out.add(path)
            return
        found = scan(path, self._ignored, self._others)
        self._know_folders(os.path.dirname(path))
        self._scan.files |= found.files
        self._scan.ignored |= found.ignored
        self._scan.folders |= found.folders
        self._scan.left_out |= found.left_out
        self._scan.markers |= found.markers
        self._scan.modules.update(found.modules)
        self._scan.deploy_files.update(found.deploy_files)
        self._note_skipped(found)
        self._scan.terraform.update(found.terraform)
        self.relevant |= set(found.modules)


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
