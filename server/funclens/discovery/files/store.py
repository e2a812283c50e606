"""The modules of one workspace folder, read when asked for, kept until they change."""

from __future__ import annotations

import errno
import os
from bisect import bisect_left
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from funclens.discovery.deploy import (
    Deployment,
    NearbyFiles,
    is_deploy_file,
    mentions_deployment,
    module_deploys,
    read_deployments,
)
from funclens.discovery.deploy.archive_names import ArchiveNames, is_placed
from funclens.discovery.deploy.terraform import glance, is_module_file
from funclens.discovery.files.encoding import decode, with_line_feeds
from funclens.discovery.files.ignore import IGNORE_FILES, Ignored
from funclens.discovery.files.notes import Notes, reason_of
from funclens.discovery.files.prefilter import is_relevant, names_functions
from funclens.discovery.files.walk import Scan, scan
from funclens.discovery.resolve.module import ModuleReader, read_module
from funclens.discovery.scoring.context import MARKERS
from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from funclens.discovery.deploy.terraform.reader import TerraformReader
    from funclens.discovery.files.document import Unchanged
    from funclens.discovery.files.prescan.prescan import Prescan
    from funclens.discovery.resolve.facts import Module
    from funclens.settings import Settings

__all__ = ["Store"]

_T = TypeVar("_T")

_ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}
"""What the system says of a path that nothing has."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a deploy file says, and the other files that it depends on."""

    deployments: tuple[Deployment, ...]
    nearby: NearbyFiles


class Store:
    """Files of one folder as they are now, open texts before those of the disk."""

    def __init__(self, folder: str, settings: Settings, others: Sequence[str]) -> None:
        self.folder = folder
        self.relevant: set[str] = set()
        """Modules that may hold functions."""
        self.context_changed = True
        """True until `settle`, when files beside the modules came, changed or went."""
        self._settings = settings
        self._others = others
        self._ignored = Ignored(folder, settings.include, settings.exclude)
        self._notes = Notes()
        self._scan = Scan()
        self._modules: dict[str, Module | None] = {}
        self._changed: set[str] = set()
        """Paths whose module may be another one since `take_changed`."""
        self._readers: dict[str, ModuleReader] = {}
        """Of open texts."""
        self._terraform: TerraformReader | None = None
        self._deployments: dict[str, _Said] = {}
        self._sorted: list[str] = []
        self._markers_by_folder: dict[str, list[str]] | None = None
        self._marker_bytes: dict[str, bytes] = {}
        self._archive_names: ArchiveNames | None = None

    @property
    def files(self) -> set[str]:
        """All known modules, those that are ignored too."""
        return self._scan.files

    @property
    def markers(self) -> set[str]:
        """Files that tell about the modules around them."""
        return self._scan.markers

    def is_ignored(self, path: str) -> bool:
        """Say whether a module is left out by an ignore file or the settings."""
        return self._ignored.path(path)

    @property
    def deploy_files_counted(self) -> int:
        """How many files say something of deployed functions."""
        return len(self._scan.deploy_files)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about what could not be read."""
        return (*self._ignored.notes, *self._notes)

    def hidden_by_ignore_files(self) -> tuple[list[str], list[str]]:
        """Return modules and folders that ignore files leave out."""
        ignored = self._ignored
        files = [path for path in self._scan.ignored if ignored.by_ignore_file(path)]
        folders = [
            path
            for path in self._scan.left_out
            if not os.path.islink(path) and ignored.by_ignore_file(path + os.sep)
        ]
        return files, folders

    def load(self, prescan: Prescan | None = None) -> None:
        """Read the folder from the disk, as if nothing were known of it.

        Its walk is taken from a prescan, where there is one.
        """
        self._ignored = Ignored(
            self.folder, self._settings.include, self._settings.exclude
        )
        self._notes = Notes()
        self._modules = {}
        self._readers = {}
        self._deployments = {}
        self._terraform = None
        self.relevant = set()
        self._scan = (self._receive(prescan) if prescan else None) or scan(
            self.folder, self._ignored, self._others
        )
        self._note_skipped(self._scan)
        self.relevant |= set(self._scan.modules)
        self.context_changed = True

    def _receive(self, prescan: Prescan) -> Scan | None:
        """Read the modules of a prescan as they come; None when it was lost."""
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
        """Return whether files beside the modules changed since the last call."""
        changed, self.context_changed = self.context_changed, False
        if changed:
            self._sorted = []
            self._markers_by_folder = None
            self._marker_bytes = {}
            self._archive_names = None
        return changed

    def take_changed(self) -> set[str]:
        """Return the paths whose module may be another one since the last call.

        When `settle` says that more changed than modules, any of them may be.
        """
        changed, self._changed = self._changed, set()
        return changed

    def find(self, path: str) -> Module | None:
        """Return the module of a path, read when that was not done yet."""
        try:
            return self._modules[path]
        except KeyError:
            pass
        module = None
        data = self._scan.modules.pop(path, None)
        if data is None and self._may_exist(path):
            data = self._read(path)
        if data is not None:
            module = self._confined(path, partial(_module_of, path, data), None)
        self._modules[path] = module
        return module

    def deployments(self) -> Iterator[Deployment]:
        """Yield what deploy files say, in the order of their paths; Terraform last."""
        for deployment in self._said_by_files():
            if is_placed(deployment):
                yield deployment
                continue
            if self._archive_names is None:
                self._archive_names = ArchiveNames(self._scan.files)
            yield self._archive_names.placed(deployment)

    def _said_by_files(self) -> Iterator[Deployment]:
        for path in sorted(self._scan.deploy_files):
            said = self._deployments.get(path)
            if said is None:
                nearby = NearbyFiles(self.folder, self._read)
                data = self._scan.deploy_files[path]
                reading = partial(read_deployments, path, data, nearby)
                said = _Said(self._confined(path, reading, ()), nearby)
                nearby.forget_texts()
                self._deployments[path] = said
            yield from said.deployments
        if self._scan.terraform:
            yield from self._in_terraform()

    def _in_terraform(self) -> Iterator[Deployment]:
        if self._terraform is None:
            from funclens.discovery.deploy.terraform.reader import (  # noqa: PLC0415  # few have any
                TerraformReader,
            )

            self._terraform = TerraformReader(self.folder, _read_quietly, self._notes)
        yield from self._terraform.deployments(self._scan.terraform)

    def files_below(self, folder: str) -> list[str]:
        """Return the modules below a folder, in the order of their paths."""
        known = self._in_order()
        inside = folder + os.sep
        first = bisect_left(known, inside)
        # The character after the separator ends what begins with it.
        last = bisect_left(known, folder + chr(ord(os.sep) + 1), first)
        return known[first:last]

    def modules_in(self, folder: str) -> Iterator[str]:
        """Yield the modules of a folder, in the order of their paths."""
        known = self._in_order()
        inside = folder + os.sep
        at = bisect_left(known, inside)
        while at < len(known) and known[at].startswith(inside):
            name, below, _ = known[at][len(inside) :].partition(os.sep)
            if below:
                at = bisect_left(known, inside + name + chr(ord(os.sep) + 1), at)
            else:
                yield known[at]
                at += 1

    def markers_in(self, folder: str) -> list[str]:
        """Return the names of the marker files in a folder, in their order."""
        if self._markers_by_folder is None:
            found = self._markers_by_folder = {}
            for path in sorted(self._scan.markers):
                above, name = os.path.split(path)
                found.setdefault(above, []).append(name)
        return self._markers_by_folder.get(folder, [])

    def read_marker(self, path: str) -> bytes:
        """Return the bytes of a known file beside the modules; else none."""
        if path not in self._scan.markers:
            return b""
        if path not in self._marker_bytes:
            self._marker_bytes[path] = self._read(path) or b""
        return self._marker_bytes[path]

    def open(self, path: str, text: str, unchanged: Unchanged | None = None) -> bool:
        """Take an open text; return whether anything can have changed by it.

        `unchanged` is how much of the text is that of the call before.
        """
        if not path.endswith(".py"):
            return False
        if "\r" in text:
            text, unchanged = with_line_feeds(text), None
        reader = self._readers.get(path)
        before = self._modules.get(path)
        reading = partial(_edited, path, text, reader, unchanged)
        reader = self._confined(path, reading, None)
        if reader is None:
            # The last facts of it stay in force until it can be read again.
            self._readers.pop(path, None)
            return False
        self._notes.forget(path)
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
        """Forget an open text; return whether there was one."""
        if self._readers.pop(path, None) is None:
            return False
        self.changed(path)
        return True

    def changed(self, path: str) -> None:
        """Look at a file or folder of the disk again."""
        name = os.path.basename(path)
        self._forget_deployments_that_read(path)
        if self._terraform is not None:
            self._terraform.changed(path)
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

    def _forget_deployments_that_read(self, path: str) -> None:
        for file in [
            file
            for file, said in self._deployments.items()
            if said.nearby.is_stale(path)
        ]:
            del self._deployments[file]

    def _in_order(self) -> list[str]:
        if len(self._sorted) != len(self._scan.files):
            self._sorted = sorted(self._scan.files)
        return self._sorted

    def _take_in(self, path: str, data: bytes) -> bool:
        """Note whether a module may hold functions, and return it."""
        name = os.path.basename(path)
        named = names_functions(data)
        deploys = module_deploys(
            data, names_functions=named
        ) and not self._ignored.path(path)
        if deploys or path in self._scan.deploy_files:
            self._deployments.pop(path, None)
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
        data = self._read(path)
        if data is None and not os.path.exists(path):
            self._notes.forget(path)
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
        self._deployments.pop(path, None)
        self._scan.deploy_files.pop(path, None)
        self._scan.terraform.pop(path, None)
        self._scan.markers.discard(path)
        left_out = self._ignored.below_ignored(path) or self._ignored.other(path)
        data = None if left_out else self._read(path)
        if data is None:
            return
        self._know_folders(os.path.dirname(path))
        if name in MARKERS:
            self._scan.markers.add(path)
        if is_module_file(name):
            self._scan.terraform[path] = glance(data)
        elif is_deploy_file(name) and mentions_deployment(data):
            self._scan.deploy_files[path] = data

    def _read(self, path: str) -> bytes | None:
        """Return the bytes of a file; None, with a note, when it can't be read."""
        self._notes.forget(path)
        try:
            return read_regular(path)
        except OSError as error:
            if error.errno not in _ABSENT:
                self._notes.skip(path, reason_of(error))
            return None

    def _confined(self, path: str, reading: Callable[[], _T], instead: _T) -> _T:
        """Return what reading a file yields; what it raises costs this file alone."""
        try:
            return reading()
        except Exception as error:  # noqa: BLE001  # an edge: noted, the rest goes on
            self._notes.skip(path, reason_of(error))
            return instead

    def _note_skipped(self, found: Scan) -> None:
        for path, reason in found.skipped.items():
            self._notes.skip(path, reason)

    def _forget_folder(self, path: str) -> None:
        self.context_changed = True
        self._notes.forget_below(path)
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
            self._deployments,
        ):
            for item in [item for item in table if item.startswith(inside)]:
                del table[item]

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


def _read_quietly(path: str) -> bytes | None:
    """Return the bytes of a file that may be there; what is none is not noted."""
    try:
        return read_regular(path)
    except OSError:
        return None
