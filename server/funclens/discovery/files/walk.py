"""What lies in a workspace folder: one walk, each module read once.

Words in the bytes decide which modules are parsed at all: most modules of a
workspace never are.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from funclens.discovery.deploy import is_deploy_file, mentions_deployment
from funclens.discovery.files.ignore import IGNORE_FILES
from funclens.discovery.files.prefilter import is_relevant
from funclens.discovery.scoring.context import MARKERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.discovery.files.ignore import Ignored

__all__ = ["LARGEST_MODULE", "Scan", "read", "scan"]

LARGEST_MODULE = 4_000_000
"""Bytes; a larger file is generated and left out."""

_PORTION = 1 << 16
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""Without waiting: a pipe that is named like a module has nothing to read."""


@dataclass(slots=True)
class Scan:
    """What a walk found. Paths are absolute."""

    files: set[str] = field(default_factory=set)
    """Every module, those that are ignored too: they can be imported."""
    folders: set[str] = field(default_factory=set)
    """Folders that were walked."""
    left_out: set[str] = field(default_factory=set)
    """Folders that were not walked."""
    modules: dict[str, bytes] = field(default_factory=dict)
    """Modules that may hold functions, and their bytes."""
    markers: set[str] = field(default_factory=set)
    """Files that tell about the modules around them."""
    deploy_files: dict[str, bytes] = field(default_factory=dict)
    """Files that say how functions are deployed, and their bytes."""
    notes: list[str] = field(default_factory=list)
    """Sentences about what could not be read."""


def scan(start: str, ignored: Ignored, others: Iterable[str] = ()) -> Scan:
    """Walk a folder, but not the other workspace folders that lie in it."""
    found = Scan()
    apart = set(others)
    pending = [start]
    while pending:
        pending += _scan_folder(pending.pop(), ignored, apart, found)
    return found


def read(path: str) -> bytes | None:
    """Return the bytes of a module; None when it is too large.

    Raises OSError when it cannot be read.
    """
    descriptor = os.open(path, _FLAGS)
    try:
        data = os.read(descriptor, _PORTION)
        if len(data) < _PORTION:
            return data
        portions = [data]
        size = len(data)
        while portion := os.read(descriptor, _PORTION):
            portions.append(portion)
            size += len(portion)
            if size > LARGEST_MODULE:
                return None
        return b"".join(portions)
    finally:
        os.close(descriptor)


def _scan_folder(
    path: str, ignored: Ignored, apart: set[str], found: Scan
) -> list[str]:
    """Take in one folder and return the folders in it that are to be walked."""
    try:
        with os.scandir(path) as entries:
            listed = list(entries)
    except OSError as error:
        found.left_out.add(path)
        found.notes.append(f"A folder could not be read ({error.strerror}): {path}")
        return []
    found.folders.add(path)
    ignored.enter(path, [e.name for e in listed if e.name in IGNORE_FILES])
    below: list[str] = []
    holds_modules = not ignored.in_pipelines(path)
    for entry in listed:
        name = entry.name
        if holds_modules and name.endswith(".py") and not entry.is_dir():
            found.files.add(entry.path)
            if not ignored.file(entry.path):
                _scan_module(entry.path, name, found)
        elif entry.is_dir(follow_symlinks=False):
            if ignored.folder(entry.path, name) or entry.path in apart:
                found.left_out.add(entry.path)
            else:
                below.append(entry.path)
        elif entry.is_dir():
            # Through a link: walking could go round in circles.
            found.left_out.add(entry.path)
        elif name in MARKERS or is_deploy_file(name):
            _scan_other(entry.path, name, ignored, found)
    return below


def _scan_module(path: str, name: str, found: Scan) -> None:
    try:
        data = read(path)
    except OSError as error:
        found.notes.append(f"A file could not be read ({error.strerror}): {path}")
        return
    if data is None:
        found.notes.append(f"A file is too large to hold functions: {path}")
    elif is_relevant(name, data):
        found.modules[path] = data


def _scan_other(path: str, name: str, ignored: Ignored, found: Scan) -> None:
    if ignored.other(path):
        return
    if name in MARKERS:
        found.markers.add(path)
    if is_deploy_file(name):
        try:
            data = read(path)
        except OSError:
            return
        if data is not None and mentions_deployment(data):
            found.deploy_files[path] = data
