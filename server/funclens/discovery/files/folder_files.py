"""Which files a workspace folder has, kept current by the changes of the disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.deploy import (
    is_deploy_file,
    mentions_deployment,
    module_deploys,
)
from funclens.discovery.deploy.terraform import glance, is_module_file
from funclens.discovery.files.deploy_files import DeployFiles
from funclens.discovery.files.folder_index import FolderIndex
from funclens.discovery.files.ignoring.ignore import Ignored
from funclens.discovery.files.prefilter import is_relevant, names_functions
from funclens.discovery.files.reading import Reading
from funclens.discovery.files.walk import Scan, scan
from funclens.discovery.scoring.project_context import MARKERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from funclens.discovery.deploy import Deployment
    from funclens.settings import Settings

__all__ = ["FolderFiles"]


class FolderFiles:
    """The files of one folder, and which of them may matter to functions."""

    def __init__(self, folder: str, settings: Settings, others: Sequence[str]) -> None:
        self.folder = folder
        self.settings = settings
        self.others = others
        self.context_changed = True
        """True until `settle` if files other than modules were changed."""
        self.scan = Scan()
        self._index: FolderIndex | None = None
        self._marker_bytes: dict[str, bytes] = {}
        self.start_over()

    def start_over(self) -> None:
        """Forget what was read, and read the ignore files and settings again."""
        self.ignored = Ignored(
            self.folder, self.settings.include, self.settings.exclude
        )
        self.reading = Reading()
        self.deploy_files = DeployFiles(self.folder, self.reading)
        self.relevant: set[str] = set()
        """Modules that may contain functions."""

    def take_walk(self, found: Scan) -> None:
        """Know what a walk of the whole folder found."""
        self.scan = found
        self._index = None
        self._note_skipped(found)
        self.relevant |= set(found.modules)
        self.context_changed = True

    def settle(self) -> bool:
        """Return whether files other than modules changed since the last call."""
        changed, self.context_changed = self.context_changed, False
        if changed:
            self._index = None
            self._marker_bytes = {}
            self.deploy_files.forget_folders()
        return changed

    @property
    def files(self) -> set[str]:
        """All known modules, including ignored ones."""
        return self.scan.files

    @property
    def markers(self) -> set[str]:
        """Files that tell something about the modules around them."""
        return self.scan.markers

    def is_ignored(self, path: str) -> bool:
        """Return whether an ignore file or the settings exclude a module."""
        return self.ignored.path(path)

    @property
    def deploy_files_counted(self) -> int:
        """Number of files that contain deployments."""
        return len(self.scan.deploy_files)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about files that could not be read."""
        return (*self.ignored.notes, *self.reading.notes)

    def hidden_by_ignore_files(self) -> tuple[list[str], list[str]]:
        """Return the modules and folders that ignore files exclude."""
        ignored = self.ignored
        files = [path for path in self.scan.ignored if ignored.by_ignore_file(path)]
        folders = [
            path
            for path in self.scan.left_out
            if not os.path.islink(path) and ignored.by_ignore_file(path + os.sep)
        ]
        return files, folders

    def deployments(self) -> Iterator[Deployment]:
        """Yield deployments in path order, with Terraform last."""
        return self.deploy_files.deployments(self.scan)

    def files_below(self, folder: str) -> list[str]:
        """Return the modules below a folder, ordered by path."""
        return self._listed().files_below(folder)

    def modules_in(self, folder: str) -> Iterator[str]:
        """Yield the modules directly in a folder, ordered by path."""
        return self._listed().modules_in(folder)

    def markers_in(self, folder: str) -> list[str]:
        """Return the names of the marker files in a folder, sorted."""
        return self._listed().markers_in(folder)

    def _listed(self) -> FolderIndex:
        if self._index is None:
            self._index = FolderIndex(self.scan.files, self.scan.markers)
        return self._index

    def read_marker(self, path: str) -> bytes:
        """Return the bytes of a marker file; empty if it isn't known."""
        if path not in self.scan.markers:
            return b""
        if path not in self._marker_bytes:
            self._marker_bytes[path] = self.reading.read(path) or b""
        return self._marker_bytes[path]

    def take_in(self, path: str, data: bytes) -> bool:
        """Record and return whether a module may contain functions."""
        name = os.path.basename(path)
        named = names_functions(data)
        deploys = module_deploys(data, names_functions=named) and not self.ignored.path(
            path
        )
        if deploys or path in self.scan.deploy_files:
            self.deploy_files.forget(path)
            self.scan.deploy_files.pop(path, None)
            if deploys:
                self.scan.deploy_files[path] = data
        if is_relevant(name, data, names_functions=named) and not self.ignored.path(
            path
        ):
            self.relevant.add(path)
            return True
        self.relevant.discard(path)
        return False

    def may_exist(self, path: str) -> bool:
        """Say whether there may be a module of that path."""
        if path in self.scan.files:
            return True
        above = path.rpartition(os.sep)[0]
        if above in self.scan.folders:
            return False
        while len(above) > len(self.folder):
            if above in self.scan.left_out:
                return True
            above = os.path.dirname(above)
        return False

    def know_folders(self, folder: str) -> None:
        """Note that a folder and those above it are there."""
        while folder.startswith(self.folder) and folder not in self.scan.folders:
            if folder not in self.scan.left_out:
                self.scan.folders.add(folder)
            folder = os.path.dirname(folder)

    def look_at_other(self, path: str, name: str) -> None:
        """Read a file again that is not a module."""
        self.context_changed = True
        self.deploy_files.forget(path)
        self.scan.deploy_files.pop(path, None)
        self.scan.terraform.pop(path, None)
        self.scan.markers.discard(path)
        left_out = self.ignored.below_ignored(path) or self.ignored.other(path)
        data = None if left_out else self.reading.read(path)
        if data is None:
            return
        self.know_folders(os.path.dirname(path))
        if name in MARKERS:
            self.scan.markers.add(path)
        if is_module_file(name):
            self.scan.terraform[path] = glance(data)
        elif is_deploy_file(name) and mentions_deployment(data):
            self.scan.deploy_files[path] = data

    def _note_skipped(self, found: Scan) -> None:
        """Note what a walk could not read."""
        for path, reason in found.skipped.items():
            self.reading.notes.skip(path, reason)

    def forget_folder(self, path: str) -> None:
        """Forget everything below a folder."""
        self.context_changed = True
        self.reading.notes.forget_below(path)
        inside = path + os.sep
        for known in (
            self.scan.files,
            self.scan.folders,
            self.scan.left_out,
            self.scan.markers,
            self.relevant,
        ):
            known.difference_update(
                [item for item in known if item == path or item.startswith(inside)]
            )
        for table in (
            self.scan.modules,
            self.scan.deploy_files,
            self.scan.terraform,
        ):
            for item in [item for item in table if item.startswith(inside)]:
                del table[item]
        self.deploy_files.forget_below(path)

    def scan_below(self, path: str) -> None:
        """Walk a folder that came or changed."""
        name = os.path.basename(path)
        if self.ignored.folder(path, name) or self.ignored.path(
            os.path.join(path, "_")
        ):
            self.scan.left_out.add(path)
            return
        found = scan(path, self.ignored, self.others)
        self.know_folders(os.path.dirname(path))
        self.scan.merge(found)
        self._note_skipped(found)
        self.relevant |= set(found.modules)
