"""What one workspace folder serves: its sources, and what deploy files say of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from funclens.discovery.discover import Found, functions_of
from funclens.discovery.files.store import Store
from funclens.discovery.resolve.facts import BindingKind
from funclens.discovery.resolve.imports import Local, Names
from funclens.discovery.scoring.context import (
    SOURCE_NAME,
    find_project_context,
    is_test_file,
)
from funclens.discovery.scoring.overrides import (
    Override,
    Overrides,
    resolve_source,
    setting_override,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from funclens.discovery.deploy import Deployment
    from funclens.discovery.resolve.facts import Module, Placed
    from funclens.model import Span
    from funclens.settings import Settings

__all__ = [
    "FolderFacts",
    "FolderIndex",
    "RefusedEntry",
    "SourceFacts",
    "UnknownEntry",
]

_MAKE_OBJECTS = frozenset(
    {"functools.partial", "functools.lru_cache", "functools.cache", "flask.Flask"}
)
"""What these return is callable, and no function."""


@dataclass(frozen=True, slots=True, eq=False)
class SourceFacts:
    """One module and the functions that production could serve from it."""

    source: str
    """Absolute path."""
    functions: tuple[Found, ...]
    module: Module
    names: Names
    """What names in the source, and in modules that it imports, stand for."""
    derived: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What others worked out from these facts, which do not change."""


@dataclass(frozen=True, slots=True)
class UnknownEntry:
    """A deployment whose entry point its source does not have."""

    deployment: Deployment
    source: str
    """The file that was looked into, absolute."""
    bound: tuple[str, ...]
    """Public names of that file's definitions."""


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """A deployment whose entry point is no function."""

    deployment: Deployment
    source: str
    """The file that binds it, absolute."""
    placed: Placed


@dataclass(frozen=True, slots=True, eq=False)
class FolderFacts:
    """What is known of one workspace folder."""

    folder: str
    settings: Settings
    sources: tuple[SourceFacts, ...]
    """Those with at least one function, in the order of their paths."""
    unknown_entries: tuple[UnknownEntry, ...] = ()
    refused_entries: tuple[RefusedEntry, ...] = ()
    has_file: Callable[[str], bool] = lambda _: False
    """Says whether the folder has a module of that absolute path."""
    files_below: Callable[[str], list[str]] = lambda _: []
    """Returns the modules below a folder, in the order of their paths."""
    find: Callable[[str], Module | None] = lambda _: None
    """Reads a module of the folder; None when there is none."""
    read: Callable[[str], bytes] = lambda _: b""
    """Reads another file of the folder; empty when there is none."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What a source serves, and what was looked at to say so."""

    looked_at: dict[str, Module | None]
    overrides: Overrides
    facts: SourceFacts


class FolderIndex:
    """Judges the modules of one folder, and judges anew only what an edit touched."""

    def __init__(self, folder: str, settings: Settings, others: Sequence[str]) -> None:
        self.store = Store(folder, settings, others)
        """The files of the folder."""
        self._settings = settings
        self._sources: dict[str, _Remembered] = {}
        self._framework_folders: frozenset[str] = frozenset()
        self._overrides: dict[str, Overrides] = {}
        self._unknown: tuple[UnknownEntry, ...] = ()
        self._refused: tuple[RefusedEntry, ...] = ()

    def facts(self) -> FolderFacts:
        """Return what is known now."""
        store = self.store
        if store.settle():
            self._sources = {}
        self._note_framework_folders()
        self._note_overrides()
        # What cannot be read any more is not there.
        relevant = {path for path in store.relevant if store.find(path)}
        mains = {path for path in relevant if os.path.basename(path) == SOURCE_NAME}
        first = sorted(mains | {path for path in self._overrides if store.find(path)})
        sources = [self._source(path) for path in first]
        served = {(f.path, f.placed.name_span) for s in sources for f in s.functions}
        sources += [
            self._own_source(path, served)
            for path in sorted(relevant.difference(first))
            if not is_test_file(path)
        ]
        sources.sort(key=lambda source: source.source)
        return FolderFacts(
            store.folder,
            self._settings,
            tuple(source for source in sources if source.functions),
            self._unknown,
            self._refused,
            store.files.__contains__,
            store.files_below,
            store.find,
            store.read_marker,
            store.notes,
        )

    def _own_source(self, path: str, served: set[tuple[str, Span]]) -> SourceFacts:
        """Return a module that no source re-exports, with what it defines itself."""
        source = self._source(path)
        own = tuple(
            found
            for found in source.functions
            if found.path == path and (path, found.placed.name_span) not in served
        )
        if own == source.functions:
            return source
        return replace(source, functions=own, derived={})

    def _note_framework_folders(self) -> None:
        """Know the folders whose modules import a framework; if new, judge anew."""
        found = frozenset(
            os.path.dirname(path)
            for path in self.store.relevant
            if (module := self.store.find(path)) and module.names_framework
        )
        if found != self._framework_folders:
            self._framework_folders = found
            self._sources = {}

    def _note_overrides(self) -> None:
        overrides: dict[str, Overrides] = {}
        unknown: list[UnknownEntry] = []
        refused: list[RefusedEntry] = []
        for deployment in self.store.deployments():
            if deployment.entry_point is None:
                continue
            source = self._deployed_source(deployment)
            if source is None:
                continue
            module = self.store.find(source)
            if module is None:
                continue
            if deployment.entry_point in module.names or module.stars:
                _add_override(overrides.setdefault(source, {}), deployment)
                placed = self._no_function(module, deployment.entry_point)
                if placed is not None:
                    refused.append(RefusedEntry(deployment, source, placed))
            else:
                unknown.append(UnknownEntry(deployment, source, _definitions(module)))
        for name in self._settings.functions:
            self._override_by_setting(name, overrides)
        self._overrides = overrides
        self._unknown = tuple(unknown)
        self._refused = tuple(refused)

    def _no_function(self, module: Module, name: str) -> Placed | None:
        """Return the binding of a name when it surely is no plain function."""
        names = Names(self.store.find, os.path.dirname(module.path), self.store.folder)
        meaning = next(names.meanings(module, name), None)
        if not isinstance(meaning, Local) or meaning.module is not module:
            return None
        binding = meaning.placed.binding
        if binding.kind is BindingKind.CLASS:
            return meaning.placed
        if binding.kind is BindingKind.CALL:
            for called in names.meanings(module, binding.target):
                if called in _MAKE_OBJECTS:
                    return meaning.placed
                if (
                    isinstance(called, Local)
                    and called.placed.binding.kind is BindingKind.CLASS
                ):
                    return meaning.placed
        return None

    def _override_by_setting(self, name: str, overrides: dict[str, Overrides]) -> None:
        """Take in what the setting `functions` says of `folder.module.function`."""
        source, _, function = name.rpartition(".")
        path = os.path.join(self.store.folder, *source.split(".")) + ".py"
        override = setting_override(self._settings.functions, name)
        if override is not None and path in self.store.files:
            overrides.setdefault(path, {})[function] = override

    def _deployed_source(self, deployment: Deployment) -> str | None:
        """Return the source that a deployment means: one that has the entry point."""
        store = self.store
        found = resolve_source(
            deployment, store.files.__contains__, store.folder
        ) or self._sources_binding(deployment.entry_point or "", deployment)
        for path in found:
            module = store.find(path)
            if module and deployment.entry_point in module.names:
                return path
        return found[0] if found else None

    def _sources_binding(self, name: str, deployment: Deployment) -> list[str]:
        """Return the only source that binds a name, for a deployment without folder."""
        if deployment.bases and deployment.folder is not None:
            return []
        found = [
            path
            for path in sorted(self.store.relevant)
            if os.path.basename(path) == (deployment.source or SOURCE_NAME)
            and (module := self.store.find(path))
            and name in module.names
        ]
        return found if len(found) == 1 else []

    def _source(self, path: str) -> SourceFacts:
        store = self.store
        module = store.find(path)
        if module is None:
            raise AssertionError(path)
        overrides = self._overrides.get(path, {})
        remembered = self._sources.get(path)
        if (
            remembered is not None
            and remembered.overrides == overrides
            and all(
                store.find(other) is before
                for other, before in remembered.looked_at.items()
            )
        ):
            return remembered.facts
        looked_at: dict[str, Module | None] = {path: module}

        def find(other: str) -> Module | None:
            found = looked_at[other] = store.find(other)
            return found

        names = Names(find, os.path.dirname(path), store.folder)
        project_context = find_project_context(
            path,
            store.folder,
            modules=store.files,
            markers=store.markers,
            framework_folders=self._framework_folders,
            read=store.read_marker,
        )
        functions = tuple(functions_of(module, names, project_context, overrides))
        facts = SourceFacts(path, functions, module, names)
        self._sources[path] = _Remembered(looked_at, overrides, facts)
        return facts


def _add_override(overrides: Overrides, deployment: Deployment) -> None:
    """Add what a deployment says to what is said of its entry point."""
    name = deployment.entry_point or ""
    before = overrides.get(name, Override("deploy-file"))
    deployed = before.deployed_names
    if deployment.name and deployment.name not in deployed:
        deployed = (*deployed, deployment.name)
    overrides[name] = Override(
        "deploy-file",
        before.signature_type or deployment.signature_type,
        deployed_names=deployed,
    )


def _definitions(module: Module) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            placed.binding.name
            for placed in module.placed()
            if placed.binding.definition and not placed.binding.name.startswith("_")
        )
    )
