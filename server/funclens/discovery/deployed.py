"""What deploy files and settings say about the sources of one folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.resolve.imports import Local, Names
from funclens.discovery.scoring.overrides import Override, Overrides, setting_override
from funclens.discovery.scoring.project_context import SOURCE_NAME
from funclens.discovery.sources import with_parents
from funclens.discovery.syntax.statements import BindingKind
from funclens.discovery.triggers.attached import Attached, attached_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.discovery.deploy import Deployment
    from funclens.discovery.files.store import Store
    from funclens.discovery.resolve.facts import Module, Placed
    from funclens.discovery.sources import SourceFinder

__all__ = ["Deployed", "MissingSource", "RefusedEntry", "UnknownEntry", "deployed_in"]

_MAKE_OBJECTS = frozenset(
    {"functools.partial", "functools.lru_cache", "functools.cache", "flask.Flask"}
)
"""Calls and decorators that return a callable object instead of a function."""


@dataclass(frozen=True, slots=True)
class UnknownEntry:
    """A deployment whose entry point doesn't exist in its source."""

    deployment: Deployment
    source: str
    """Absolute path of the file that was searched."""
    bound: tuple[str, ...]
    """Public names that the file defines."""


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """A deployment whose entry point is not a function."""

    deployment: Deployment
    source: str
    """Absolute path of the file that defines the entry point."""
    placed: Placed


@dataclass(frozen=True, slots=True)
class MissingSource:
    """A deployment of a folder whose modules include no source (no `main.py`)."""

    deployment: Deployment
    folder: str
    """Absolute path."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """Deployment facts for all sources of a folder."""

    overrides: dict[str, Overrides]
    """Overrides by path of the source."""
    unknown: tuple[UnknownEntry, ...]
    refused: tuple[RefusedEntry, ...]
    missing: tuple[MissingSource, ...]
    attached: Attached
    """Triggers of functions that the same deploy files don't deploy."""


def deployed_in(
    store: Store, finder: SourceFinder, settings: Mapping[str, str]
) -> Deployed:
    """Return what deploy files and the setting `functions` say about the sources."""
    overrides: dict[str, Overrides] = {}
    unknown: list[UnknownEntry] = []
    refused: list[RefusedEntry] = []
    finder.begin()
    missing: list[MissingSource] = []
    deployments = [*store.deployments()]
    for deployment in deployments:
        if folder := _folder_without_source(store, deployment):
            missing.append(MissingSource(deployment, folder))
        name = deployment.entry_point
        source = finder.find(deployment) if name else None
        module = store.find(source) if source else None
        if not name or module is None:
            continue
        if name in module.names or module.stars:
            _add_override(overrides.setdefault(module.path, {}), deployment)
            placed = _no_function(store, module, name)
            if placed is not None:
                refused.append(RefusedEntry(deployment, module.path, placed))
        elif not deployment.may_differ:
            unknown.append(UnknownEntry(deployment, module.path, _definitions(module)))
    for name in settings:
        _override_by_setting(store, settings, name, overrides)
    return Deployed(
        overrides,
        tuple(unknown),
        tuple(refused),
        tuple(missing),
        attached_in(deployments),
    )


def _folder_without_source(store: Store, deployment: Deployment) -> str | None:
    """Return the deployed folder if it certainly has nothing to build, else None."""
    named = deployment.folder
    if (
        named is None
        or deployment.may_differ
        or os.path.normpath(named) == "."
        or deployment.source
        or deployment.copied
        or deployment.is_update
        or not (deployment.runtime or "").lower().startswith("python")
    ):
        return None
    places = [
        os.path.normpath(os.path.join(base, named))
        for base in with_parents(deployment.bases, store.folder)
    ]
    if any(os.path.join(place, SOURCE_NAME) in store.files for place in places):
        return None
    for place in places:
        below = store.files_below(place)
        if any(os.path.dirname(path) == place for path in below):
            return place
    return None


def _no_function(store: Store, module: Module, name: str) -> Placed | None:
    """Return a name's binding if it certainly isn't a plain function, else None."""
    names = Names(store.find, os.path.dirname(module.path), store.folder)
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


def _override_by_setting(
    store: Store,
    settings: Mapping[str, str],
    name: str,
    overrides: dict[str, Overrides],
) -> None:
    """Apply the setting `functions` for the key `folder.module.function`."""
    source, _, function = name.rpartition(".")
    path = os.path.join(store.folder, *source.split(".")) + ".py"
    override = setting_override(settings, name)
    if override is not None and path in store.files:
        overrides.setdefault(path, {})[function] = override


def _add_override(overrides: Overrides, deployment: Deployment) -> None:
    """Add a deployment to the overrides of its entry point."""
    name = deployment.entry_point or ""
    before = overrides.get(name, Override("deploy-file"))
    deployed = before.deployed_names
    if deployment.name and deployment.name not in deployed:
        deployed = (*deployed, deployment.name)
    overrides[name] = Override(
        "deploy-file",
        before.signature_type or deployment.signature_type,
        deployed_names=deployed,
        deployments=(*before.deployments, deployment),
    )


def _definitions(module: Module) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            placed.binding.name
            for placed in module.placed()
            if placed.binding.definition and not placed.binding.name.startswith("_")
        )
    )
