"""What lies in a workspace folder: one walk, each module read once.

Words in the bytes decide which modules are parsed at all: most modules of a
workspace never are.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
from funclens.discovery.files.ignore import IGNORE_FILES
from funclens.discovery.files.notes import reason_of
from funclens.discovery.files.prefilter import is_relevant, names_functions
from funclens.discovery.scoring.context import MARKERS
from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from funclens.discovery.files.ignore import Ignored

__all__ = ["Scan", "scan", "scan_folder", "walk"]


@dataclass(slots=True)
class Scan:
    """What a walk found. Paths are absolute."""

    files: set[str] = field(default_factory=set)
    """Every module, those that are ignored too: they can be imported."""
    folders: set[str] = field(default_factory=set)
    """Folders that were walked."""
    left_out: set[str] = field(default_factory=set)
    """Folders that were not walked."""
    ignored: set[str] = field(default_factory=set)
    """Modules that an ignore file or a setting leaves out."""
    modules: dict[str, bytes] = field(default_factory=dict)
    """Modules that may hold functions, and their bytes."""
    markers: set[str] = field(default_factory=set)
    """Files that tell about the modules around them."""
    deploy_files: dict[str, bytes] = field(default_factory=dict)
    """Files that say how functions are deployed, and their bytes."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Files and folders that could not be read, and why."""
    terraform: dict[str, TerraformFile] = field(default_factory=dict)
    """Files of Terraform modules, and what a glance at them tells."""

    def merge(self, other: Scan) -> None:
        """Take in what was found in other folders."""
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
    """Walk a folder, but not the other workspace folders that lie in it."""
    found = Scan()
    for _ in walk(start, ignored, others, found):
        pass
    return found


def walk(
    start: str, ignored: Ignored, others: Iterable[str], found: Scan
) -> Iterator[None]:
    """Take a folder into `found`; yield after each folder in it."""
    apart = set(others)
    pending = [start]
    while pending:
        pending += scan_folder(pending.pop(), ignored, apart, found)
        yield


def scan_folder(path: str, ignored: Ignored, apart: set[str], found: Scan) -> list[str]:
    """Take in one folder and return the folders in it that are to be walked."""
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
    """Take in one entry; return whether it is a folder that is to be walked."""
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
            # Walking it could go round in circles.
            found.left_out.add(entry.path)
        elif name in MARKERS or is_deploy_file(name) or is_module_file(name):
            _scan_other(entry, ignored, found)
    except OSError as error:
        found.skipped[entry.path] = reason_of(error)
    return False


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
    """Say whether a link leads to a folder; one that leads to itself does not."""
    try:
        return entry.is_dir()
    except OSError:
        return False
