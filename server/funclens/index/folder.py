"""The index of one workspace folder: its modules and the sources among them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from funclens.index.discover import Found, functions_of
from funclens.index.encoding import decode, with_line_feeds
from funclens.index.ignored import IGNORE_FILES, Ignored
from funclens.index.module import Document, read_module
from funclens.index.names import Names
from funclens.index.scan import Scan, read, scan
from funclens.index.screen import imports_framework, is_relevant
from funclens.index.surroundings import MARKERS, SOURCE_NAME, is_test_file, look_around

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from funclens.index.facts import Module
    from funclens.settings import Settings

__all__ = ["FolderFacts", "FolderIndex", "SourceFacts"]


@dataclass(frozen=True, slots=True, eq=False)
class SourceFacts:
    """One module and the functions that production could serve from it."""

    source: str
    """Absolute path."""
    functions: tuple[Found, ...]
    module: Module


@dataclass(frozen=True, slots=True, eq=False)
class FolderFacts:
    """What is known of one workspace folder."""

    folder: str
    settings: Settings
    sources: tuple[SourceFacts, ...]
    """Those with at least one function, in the order of their paths."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What a source serves, and the modules that were looked at to say so."""

    looked_at: dict[str, Module | None]
    functions: tuple[Found, ...]


class FolderIndex:
    """Modules of one folder, read when they are needed, kept until they change."""

    def __init__(self, folder: str, settings: Settings, others: Sequence[str]) -> None:
        self._folder = folder
        self._settings = settings
        self._others = others
        self._ignored = Ignored(folder, settings.include, settings.exclude)
        self._scan = Scan()
        self._relevant: set[str] = set()
        self._modules: dict[str, Module | None] = {}
        self._documents: dict[str, Document] = {}
        self._sources: dict[str, _Remembered] = {}
        self._framework_folders: frozenset[str] = frozenset()

    def load(self) -> None:
        """Read the folder from the disk, as if nothing were known of it."""
        self._ignored = Ignored(
            self._folder, self._settings.include, self._settings.exclude
        )
        self._scan = scan(self._folder, self._ignored, self._others)
        self._relevant = set(self._scan.modules)
        self._modules = {}
        self._documents = {}
        self._sources = {}

    def open(self, path: str, text: str) -> bool:
        """Take an open text; return whether anything can have changed by it."""
        text = with_line_feeds(text)
        document = self._documents.get(path)
        before = self._modules.get(path)
        if document is None:
            document = self._documents[path] = Document(path, text)
        else:
            document.edit(text)
        self._modules[path] = document.module
        was_relevant = path in self._relevant
        relevant = is_relevant(os.path.basename(path), text.encode("utf-8", "replace"))
        if relevant and not self._ignored.path(path):
            self._relevant.add(path)
        else:
            self._relevant.discard(path)
        known = path in self._scan.files
        self._scan.files.add(path)
        return (
            not known
            or was_relevant
            or path in self._relevant
            or before is not document.module
        )

    def close(self, path: str) -> None:
        """Forget an open text."""
        self._documents.pop(path, None)
        self.changed(path)

    def changed(self, path: str) -> None:
        """Look at a file or folder of the disk again."""
        name = os.path.basename(path)
        if name in IGNORE_FILES or path == self._folder:
            self.load()
        elif os.path.isdir(path):
            self._forget_folder(path)
            self._scan_below(path)
        elif path in self._scan.folders:
            self._forget_folder(path)
        elif name.endswith(".py"):
            self._look_at(path)
        elif name in MARKERS:
            self._look_at_marker(path)

    def facts(self) -> FolderFacts:
        """Return what is known now."""
        self._note_framework_folders()
        mains = sorted(p for p in self._relevant if os.path.basename(p) == SOURCE_NAME)
        sources = [self._source(path) for path in mains]
        served = {(f.path, f.placed.name_span) for s in sources for f in s.functions}
        for path in sorted(self._relevant.difference(mains)):
            if is_test_file(path):
                continue
            source = self._source(path)
            own = tuple(
                found
                for found in source.functions
                if found.path == path and (path, found.placed.name_span) not in served
            )
            sources.append(SourceFacts(path, own, source.module))
        sources.sort(key=lambda source: source.source)
        return FolderFacts(
            self._folder,
            self._settings,
            tuple(source for source in sources if source.functions),
            tuple(self._scan.notes),
        )

    def _note_framework_folders(self) -> None:
        """Know the folders whose modules import a framework; if new, judge anew."""
        found = frozenset(
            os.path.dirname(path)
            for path in self._relevant
            if (module := self._find(path)) and _imports_framework(module)
        )
        if found != self._framework_folders:
            self._framework_folders = found
            self._sources = {}

    def _source(self, path: str) -> SourceFacts:
        module = self._find(path)
        if module is None:
            raise AssertionError(path)
        remembered = self._sources.get(path)
        if remembered is None or any(
            self._find(other) is not before
            for other, before in remembered.looked_at.items()
        ):
            looked_at: dict[str, Module | None] = {path: module}
            names = Names(self._finder(looked_at), os.path.dirname(path), self._folder)
            surroundings = look_around(
                path,
                self._folder,
                modules=self._scan.files,
                markers=self._scan.markers,
                framework_folders=self._framework_folders,
                read=_read_marker,
            )
            found = functions_of(module, names, surroundings)
            remembered = _Remembered(looked_at, tuple(found))
            self._sources[path] = remembered
        return SourceFacts(path, remembered.functions, module)

    def _finder(
        self, looked_at: dict[str, Module | None]
    ) -> Callable[[str], Module | None]:
        def find(path: str) -> Module | None:
            module = looked_at[path] = self._find(path)
            return module

        return find

    def _find(self, path: str) -> Module | None:
        """Return the module of a path, reading it when that was not done yet."""
        try:
            return self._modules[path]
        except KeyError:
            pass
        module = None
        data = self._scan.modules.pop(path, None)
        if data is None and self._may_exist(path):
            try:
                data = read(path)
            except OSError:
                data = None
        if data is not None:
            text, readable = decode(data)
            module = read_module(path, text, undecodable=not readable)
        self._modules[path] = module
        return module

    def _may_exist(self, path: str) -> bool:
        if path in self._scan.files:
            return True
        above = os.path.dirname(path)
        if above in self._scan.folders:
            return False
        while len(above) > len(self._folder):
            if above in self._scan.left_out:
                return True
            above = os.path.dirname(above)
        return False

    def _look_at(self, path: str) -> None:
        if path in self._documents:
            return
        self._modules.pop(path, None)
        self._scan.modules.pop(path, None)
        self._relevant.discard(path)
        try:
            data = read(path)
        except OSError:
            self._scan.files.discard(path)
            return
        self._scan.files.add(path)
        if data is None or self._ignored.path(path):
            return
        above = os.path.dirname(path)
        while above.startswith(self._folder) and above not in self._scan.folders:
            self._scan.folders.add(above)
            above = os.path.dirname(above)
        if is_relevant(os.path.basename(path), data):
            self._relevant.add(path)
            self._scan.modules[path] = data

    def _look_at_marker(self, path: str) -> None:
        self._sources = {}
        if os.path.exists(path) and not self._ignored.path(path):
            self._scan.markers.add(path)
        else:
            self._scan.markers.discard(path)

    def _forget_folder(self, path: str) -> None:
        inside = path + os.sep
        self._sources = {}
        for known in (
            self._scan.files,
            self._scan.folders,
            self._scan.left_out,
            self._scan.markers,
        ):
            known.difference_update(
                [item for item in known if item == path or item.startswith(inside)]
            )
        gone = [item for item in self._modules if item.startswith(inside)]
        for item in gone:
            del self._modules[item]
        for item in [item for item in self._scan.modules if item.startswith(inside)]:
            del self._scan.modules[item]
        self._relevant = {p for p in self._relevant if not p.startswith(inside)}

    def _scan_below(self, path: str) -> None:
        if self._ignored.folder(path, os.path.basename(path)):
            self._scan.left_out.add(path)
            return
        found = scan(path, self._ignored, self._others)
        self._scan.files |= found.files
        self._scan.folders |= found.folders
        self._scan.left_out |= found.left_out
        self._scan.markers |= found.markers
        self._scan.modules.update(found.modules)
        self._relevant |= set(found.modules)


def _imports_framework(module: Module) -> bool:
    return imports_framework(module.text.encode("utf-8", "replace"))


def _read_marker(path: str) -> bytes:
    try:
        return read(path) or b""
    except OSError:
        return b""
