"""Walk a workspace folder once and read each module once.

Byte searches decide which modules are parsed at all; most never are.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.discovery.deploy.files import (
    is_deploy_file,
    mentions_deployment,
    module_deploys,
)
from funclens.discovery.deploy.terraform import (
    TerraformFile,
    glance,
    is_module_file,
)
from funclens.discovery.files.ignoring.ignore import IGNORE_FILES
from funclens.discovery.files.notes import reason_of
from funclens.discovery.files.prefilter import is_relevant, names_functions
from funclens.discovery.scoring.project_context import MARKERS
from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from funclens.discovery.files.ignoring.ignore import Ignored

__all__ = ["Scan", "scan", "scan_folder", "walk"]


@dataclass(slots=True)
class Scan:
    """Result of a walk. Paths are absolute."""

    files: set[str] = field(default_factory=set)
    """All modules, including ignored ones, because they can be imported."""
    folders: set[str] = field(default_factory=set)
    """Folders that were walked."""
    left_out: set[str] = field(default_factory=set)
    """Folders that were skipped."""
    ignored: set[str] = field(default_factory=set)
    """Modules that an ignore file or a setting excludes."""
    modules: dict[str, bytes] = field(default_factory=dict)
    """Bytes of the modules that may contain functions."""
    markers: set[str] = field(default_factory=set)
    """Files that tell something about the modules around them."""
    deploy_files: dict[str, bytes] = field(default_factory=dict)
    """Bytes of the files that may contain deployments."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Reasons for files and folders that could not be read."""
    terraform: dict[str, TerraformFile] = field(default_factory=dict)
    """Terraform files, with a quick summary of each."""

    def merge(self, other: Scan) -> None:
        """Add the results of other folders."""
        self.files |= other.files
        self.folders |= other.folders
        self.left_out |= other.left_out
        self.ignored |= other.ignored
        self.markers |= other.markers
        self.modules.update(other.modules)
        self.deploy_files.update(other.deploy_files)
        self.skipped.update(other.skipped)
        self.terraform.update(other.terraform)


def scan(start: str, ignored: Ignored, others: Iterable[str] = ()) -> Scan:
    """Walk a folder, except for other workspace folders nested in it."""
    found = Scan()
    for _ in walk(start, ignored, others, found):
        pass
    return found


def walk(
    start: str, ignored: Ignored, others: Iterable[str], found: Scan
) -> Iterator[None]:
    """Walk a folder into `found`; yield after each folder."""
    apart = set(others)
    pending = [start]
    while pending:
        pending += scan_folder(pending.pop(), ignored, apart, found)
        yield


def scan_folder(path: str, ignored: Ignored, apart: set[str], found: Scan) -> list[str]:
    """Scan one folder; return its subfolders that should be walked."""
    try:
        with os.scandir(path) as entries:
            listed = list(entries)
    except OSError as error:
        found.left_out.add(path)
        found.skipped[path] = reason_of(error)
        return []
    found.folders.add(path)
    ignored.enter(path, [e.name for e in listed if e.name in IGNORE_FILES])
    holds_modules = not ignored.in_pipelines(path)
    return [
        entry.path
        for entry in listed
        if _scan_entry(entry, ignored, apart, found, holds_modules=holds_modules)
    ]


def _scan_entry(
    entry: os.DirEntry[str],
    ignored: Ignored,
    apart: set[str],
    found: Scan,
    *,
    holds_modules: bool,
) -> bool:
    """Scan one entry; return whether it is a folder to walk."""
    name = entry.name
    try:
        if holds_modules and name.endswith(".py") and not entry.is_dir():
            found.files.add(entry.path)
            if ignored.file(entry.path):
                found.ignored.add(entry.path)
            else:
                data = _read(entry)
                named = names_functions(data)
                if is_relevant(name, data, names_functions=named):
                    found.modules[entry.path] = data
                if module_deploys(data, names_functions=named):
                    found.deploy_files[entry.path] = data
        elif entry.is_dir(follow_symlinks=False):
            if ignored.folder(entry.path, name) or entry.path in apart:
                found.left_out.add(entry.path)
            else:
                return True
        elif entry.is_symlink() and _leads_to_folder(entry):
            # Following it could loop forever.
            found.left_out.add(entry.path)
        elif name in MARKERS or is_deploy_file(name) or is_module_file(name):
            _scan_other(entry, ignored, found)
    except OSError as error:
        _skip(entry.path, error, found)
    return False


def _skip(path: str, error: OSError, found: Scan) -> None:
    if isinstance(error, FileNotFoundError):
        # A link that leads nowhere, like the lock files of Emacs, or a file just gone.
        found.files.discard(path)
    else:
        found.skipped[path] = reason_of(error)


def _scan_other(entry: os.DirEntry[str], ignored: Ignored, found: Scan) -> None:
    if ignored.other(entry.path):
        return
    if entry.name in MARKERS:
        found.markers.add(entry.path)
    if is_module_file(entry.name):
        found.terraform[entry.path] = glance(_read(entry))
    elif is_deploy_file(entry.name):
        data = _read(entry)
        if mentions_deployment(data):
            found.deploy_files[entry.path] = data


def _read(entry: os.DirEntry[str]) -> bytes:
    return read_regular(entry.path, is_listed=entry.is_file(follow_symlinks=False))


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether a link points to a folder; False for a link to itself."""
    try:
        return entry.is_dir()
    except OSError:
        return False
