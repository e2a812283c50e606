"""Facts of one workspace folder: its sources and what deploy files say about them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from funclens.dataclass import dataclass, field
from funclens.discovery.cache import Cache, CacheKey
from funclens.discovery.deployed import (
    MissingSource,
    RefusedEntry,
    UnknownEntry,
    deployed_in,
)
from funclens.discovery.discover import Found, functions_of
from funclens.discovery.files.environment import Environments
from funclens.discovery.files.ignoring.upload import Uploads
from funclens.discovery.files.store import Store
from funclens.discovery.hidden import Hidden, hidden_below
from funclens.discovery.importers import Importers
from funclens.discovery.resolve.imports import Names
from funclens.discovery.scored import ScoredSources, SourceFacts
from funclens.discovery.scoring.project_context import (
    SOURCE_NAME,
    find_project_context,
    is_test_file,
)
from funclens.discovery.sources import SourceFinder
from funclens.discovery.triggers.attached import Attached

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from funclens.discovery.files.environment import Environment
    from funclens.discovery.resolve.facts import Module
    from funclens.discovery.scoring.overrides import Overrides
    from funclens.model import Span
    from funclens.settings import Settings

__all__ = [
    "FolderFacts",
    "FolderIndex",
    "RefusedEntry",
    "SourceFacts",
    "UnknownEntry",
]


@dataclass(frozen=True, slots=True)
class Counted:
    """Number of files searched."""

    modules: int = 0
    deploy_files: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class FolderFacts:
    """Facts of one workspace folder."""

    folder: str
    settings: Settings
    sources: tuple[SourceFacts, ...]
    """Sources with at least one function, ordered by path."""
    unknown_entries: tuple[UnknownEntry, ...] = ()
    refused_entries: tuple[RefusedEntry, ...] = ()
    missing_sources: tuple[MissingSource, ...] = ()
    has_file: Callable[[str], bool] = lambda _: False
    """Return whether the folder has a module at an absolute path."""
    files_below: Callable[[str], list[str]] = lambda _: []
    """Return the modules below a folder, ordered by path."""
    find: Callable[[str], Module | None] = lambda _: None
    """Return a module of the folder, or None."""
    read: Callable[[str], bytes] = lambda _: b""
    """Return the bytes of another file of the folder; empty if it doesn't exist."""
    notes: tuple[str, ...] = ()
    environment_of: Callable[[str], Environment | None] = lambda _: None
    """Return the environment installed for the sources of a folder, if known."""
    counted: Counted = Counted()
    revision: int = 0
    """Increases with each new value for the same folder."""
    changed: frozenset[str] | None = None
    """Paths whose module may differ from the previous revision; None means any may."""
    uploads: Callable[[str, str], bool] = lambda _, __: True
    """Return whether deploying a folder uploads a file in it."""
    attached: Attached = field(default_factory=Attached)
    """Triggers that deploy files connect to functions by name.

    The same object as in the last revision if they didn't change.
    """


_MAIN = os.sep + SOURCE_NAME


_DefinedAt: TypeAlias = "tuple[str, Span]"
"""File and name span of a definition."""

_PLACES: CacheKey[tuple[_DefinedAt, ...]] = CacheKey()


def _places(source: SourceFacts) -> tuple[_DefinedAt, ...]:
    """Return where the functions of a source are defined."""
    return source.cache.get(_PLACES) or source.cache.keep(
        _PLACES,
        tuple((found.path, found.placed.name_span) for found in source.functions),
    )


class FolderIndex:
    """Scores the modules of one folder; after an edit, only those it affects."""

    def __init__(self, folder: str, settings: Settings, others: Sequence[str]) -> None:
        self.store = Store(folder, settings, others)
        self._settings = settings
        self._environments = Environments(folder, settings.python)
        self._uploads = Uploads(self.store.is_ignored)
        self._scored = ScoredSources()
        self._framework_folders: frozenset[str] = frozenset()
        self._finder = SourceFinder(self.store)
        self._importers = Importers(folder)
        self._framework_parents: frozenset[str] = frozenset()
        self._overrides: dict[str, Overrides] = {}
        self._attached = Attached()
        self._revision = 0
        self._trimmed_sources: dict[str, tuple[SourceFacts, SourceFacts]] = {}

    def facts(self) -> FolderFacts:
        """Return the current facts."""
        store = self.store
        settled = store.settle()
        changed: frozenset[str] | None = frozenset(store.take_changed())
        if self._environments.settle(look_again=settled) or settled:
            self._scored.outdate()
            self._uploads.forget()
            changed = None
        elif changed:
            self._scored.outdate_those_that_saw(changed)
        self._revision += 1
        self._note_framework_folders()
        deployed = deployed_in(store, self._finder, self._settings.functions)
        self._overrides = deployed.overrides
        if deployed.attached != self._attached:
            self._attached = deployed.attached
        # A file that can't be read any more counts as deleted.
        modules = [found for path in store.relevant if (found := store.find(path))]
        self._importers.update(modules)
        relevant = {module.path for module in modules}
        mains = {path for path in relevant if path.endswith(_MAIN)}
        first = sorted(mains | {path for path in self._overrides if store.find(path)})
        sources = self._without_reexported([self._source(path) for path in first])
        served = {place for source in sources for place in _places(source)}
        sources += [
            self._own_source(path, served)
            for path in sorted(relevant.difference(first))
            if not is_test_file(path)
        ]
        self._scored.settle()
        sources.sort(key=lambda source: source.source)
        return FolderFacts(
            store.folder,
            self._settings,
            tuple(source for source in sources if source.functions),
            deployed.unknown,
            deployed.refused,
            deployed.missing,
            store.files.__contains__,
            store.files_below,
            store.find,
            store.read_marker,
            (*store.notes, *self._scored.notes),
            self._environments.of,
            Counted(len(store.files), store.deploy_files_counted),
            self._revision,
            changed,
            lambda root, path: self._uploads.has(root, path, store.markers),
            self._attached,
        )

    def hidden(self) -> tuple[Hidden, ...]:
        """Return what ignore files hide. Slow: it searches ignored folders."""
        files, folders = self.store.hidden_by_ignore_files()
        return hidden_below(
            self.store.folder,
            files,
            folders,
            lambda path: len(self._source(path).functions) if self._has(path) else 0,
        )

    def _has(self, path: str) -> bool:
        return self.store.find(path) is not None

    def _own_source(self, path: str, served: set[_DefinedAt]) -> SourceFacts:
        """Return a module that no source re-exports, with the functions it defines."""
        source = self._source(path)
        own = tuple(
            found
            for found, place in zip(source.functions, _places(source), strict=True)
            if found.path == path and place not in served
        )
        return self._trimmed(source, own)

    def _without_reexported(self, sources: list[SourceFacts]) -> list[SourceFacts]:
        """Return the sources without functions that a source above them re-exports.

        A `main.py` that collects the functions of others is what gets deployed. Sources
        named in deploy files are kept.
        """
        collected = {
            place: os.path.dirname(source.source)
            for source in sources
            for place in _places(source)
            if place[0] != source.source
        }
        if not collected:
            return sources
        return [self._kept(source, collected) for source in sources]

    def _kept(
        self, source: SourceFacts, collected: dict[tuple[str, Span], str]
    ) -> SourceFacts:
        overrides = self._overrides.get(source.source, {})
        own = os.path.dirname(source.source)
        kept = tuple(
            found
            for found in source.functions
            if found.path != source.source
            or found.name in overrides
            or not own.startswith(
                collected.get((found.path, found.placed.name_span), own) + os.sep
            )
        )
        return self._trimmed(source, kept)

    def _trimmed(
        self, source: SourceFacts, functions: tuple[Found, ...]
    ) -> SourceFacts:
        """Return a source with fewer functions; cached until the source changes."""
        if functions == source.functions:
            return source
        whole, trimmed = self._trimmed_sources.get(source.source, (None, source))
        if whole is not source or trimmed.functions != functions:
            trimmed = replace(source, functions=functions, cache=Cache())
            self._trimmed_sources[source.source] = (source, trimmed)
        return trimmed

    def _note_framework_folders(self) -> None:
        """Update the folders that import a framework; rescore if they changed."""
        found = frozenset(
            os.path.dirname(path)
            for path in self.store.relevant
            if (module := self.store.find(path)) and module.names_framework
        )
        if found != self._framework_folders:
            self._framework_folders = found
            self._framework_parents = frozenset(map(os.path.dirname, found))
            self._scored.outdate()

    def _is_near_functions(self, folder: str) -> bool:
        """Return whether this folder or a sibling folder imports a framework."""
        return folder in self._framework_folders or (
            folder != self.store.folder
            and os.path.dirname(folder) in self._framework_parents
        )

    def _source(self, path: str) -> SourceFacts:
        overrides = self._overrides.get(path, {})
        importers = () if path.endswith(_MAIN) else self._importers.of(path)

        def score(facts: SourceFacts) -> list[Found]:
            project_context = find_project_context(
                path,
                self.store.folder,
                modules=self.store.files,
                modules_in=self.store.modules_in,
                markers_in=self.store.markers_in,
                near_functions=self._is_near_functions,
                importers=importers,
                read=self.store.read_marker,
            )
            return functions_of(facts.module, facts.names, project_context, overrides)

        return self._scored.facts(path, overrides, importers, self._unscored, score)

    def _unscored(self, path: str, looked_at: set[str]) -> SourceFacts:
        """Return a source without functions, recording the files it depends on."""
        store = self.store
        module = store.find(path)
        if module is None:
            raise AssertionError(path)

        def find(other: str) -> Module | None:
            looked_at.add(other)
            return store.find(other)

        names = Names(find, os.path.dirname(path), store.folder)
        return SourceFacts(path, (), module, names)
