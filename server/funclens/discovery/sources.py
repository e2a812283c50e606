"""Find the source of a deployment: the one it names, or the file with its entry point.

A named source is looked up from the folders in which the command may run. If it
doesn't exist, isn't known, or is created by the script, the file with the entry point
is used, provided there is exactly one. The search goes through the files that the
script copies, the folder of the deploy file, the folders below it, and the workspace
folder, in this order.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.resolve.imports import Local, Names
from funclens.discovery.scoring.project_context import SOURCE_NAME, is_test_file
from funclens.discovery.syntax.statements import BindingKind, ParameterKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from funclens.discovery.deploy import Deployment
    from funclens.discovery.files.store import Store
    from funclens.discovery.resolve.facts import Module
    from funclens.discovery.syntax.statements import Definition

__all__ = ["SourceFinder", "with_parents"]

_PROSE = (".md", ".markdown", ".rst", ".mdx", ".adoc", ".txt")

_MOST_BESIDE = 100
"""Maximum number of modules in a deploy file's folder to read for an entry point."""


class SourceFinder:
    """Finds the sources of deployments in one folder."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._indexed: dict[str, Module] = {}
        self._binding: dict[str, set[str]] = {}
        """Modules that bind a name, by name."""
        self._is_current = False

    def begin(self) -> None:
        """Reset what may have changed since deployments were last resolved."""
        self._is_current = False

    def find(self, deployment: Deployment) -> str | None:
        """Return the source of a deployment, or None. It has the entry point."""
        name = deployment.entry_point or ""
        named = _named_sources(deployment, self._store)
        for path in named:
            if self._binds(path, name):
                return path
        if not named:
            return self._beside(deployment, name) or self._only_main(deployment, name)
        if deployment.folder == "." and _may_run_elsewhere(deployment, named[0]):
            return self._only_main(deployment, name) or named[0]
        return named[0]

    def _binds(self, path: str, name: str) -> bool:
        module = self._store.find(path)
        return module is not None and name in module.names

    def _beside(self, deployment: Deployment, name: str) -> str | None:
        """Return the file with the entry point: a copied one, or in the same folder."""
        own = os.path.dirname(deployment.file)
        for folder in dict.fromkeys((*deployment.copied, *deployment.bases, own)):
            if found := self._in_folder(folder, name):
                return found
        return None

    def _only_main(self, deployment: Deployment, name: str) -> str | None:
        """Return the only matching `main.py`: below the deploy file, or anywhere."""
        self._index()
        wanted = deployment.source or SOURCE_NAME
        everywhere = [
            path
            for path in sorted(self._binding.get(name, ()))
            if os.path.basename(path) == wanted and self._is_callable(path, name)
        ]
        own = os.path.dirname(deployment.file)
        below = [path for path in everywhere if path.startswith(own + os.sep)]
        for paths in (below, everywhere):
            if len(paths) == 1:
                return paths[0]
        return None

    def _in_folder(self, path: str, name: str) -> str | None:
        """Return the module with the entry point if it is the only one in a folder."""
        store = self._store
        if path.endswith(".py"):
            return path if self._binds(path, name) else None
        main = os.path.join(path, SOURCE_NAME)
        if main in store.files and self._binds(main, name):
            return main
        beside = [
            other
            for other in store.files_below(path)
            if os.path.dirname(other) == path and not is_test_file(other)
        ]
        if len(beside) > _MOST_BESIDE:
            return None
        found = [other for other in beside if self._defines(other, name)]
        return found[0] if len(found) == 1 else None

    def _defines(self, path: str, name: str) -> bool:
        """Return whether a module defines a name itself instead of importing it."""
        module = self._store.find(path)
        return module is not None and any(
            placed.binding.kind is BindingKind.DEFINITION
            for placed in module.names.get(name, ())
        )

    def _is_callable(self, path: str, name: str) -> bool:
        """Return whether a name refers to a callable for a request or an event."""
        module = self._store.find(path)
        if module is None:
            return False
        names = Names(self._store.find, os.path.dirname(path), self._store.folder)
        meaning = next(names.meanings(module, name), None)
        if not isinstance(meaning, Local):
            return False
        definition = meaning.placed.binding.definition
        return definition is None or _takes_arguments(definition)

    def _index(self) -> None:
        """Update which names the modules bind; only changed modules are read."""
        if self._is_current:
            return
        self._is_current = True
        modules: dict[str, Module] = {}
        for path in self._store.relevant:
            module = self._store.find(path)
            if module is not None:
                modules[path] = module
        for path, module in self._indexed.items():
            if modules.get(path) is not module:
                for name in module.names:
                    self._binding.get(name, set()).discard(path)
        for path, module in modules.items():
            if self._indexed.get(path) is not module:
                for name in module.names:
                    self._binding.setdefault(name, set()).add(path)
        self._indexed = modules


def _may_run_elsewhere(deployment: Deployment, named: str) -> bool:
    """Return whether a command without a source may run in another folder.

    Prose often tells the reader to change the folder first, and a script below the
    source folder may serve several sources.
    """
    prose = deployment.file.endswith(_PROSE)
    return prose or os.path.dirname(named) not in deployment.bases


def _takes_arguments(definition: Definition) -> bool:
    """Return whether it can be called with one or two positional arguments."""
    required = 0
    most = 0
    for parameter in definition.parameters:
        if parameter.kind is ParameterKind.VARIADIC:
            most = 2
        elif parameter.kind is ParameterKind.POSITIONAL:
            most += 1
            required += not parameter.has_default
    return required <= 2 and most >= 1  # an event and its context


def _named_sources(deployment: Deployment, store: Store) -> list[str]:
    """Return the files that a deployment may name, the most likely first.

    If the named path doesn't exist, parent folders are tried, because commands are
    often run from there.
    """
    folder = deployment.folder
    if folder is None:
        return []
    return _files_in(deployment, folder, deployment.bases, store) or _files_in(
        deployment, folder, with_parents(deployment.bases, store.folder), store
    )


def _files_in(
    deployment: Deployment, folder: str, bases: Iterable[str], store: Store
) -> list[str]:
    source = os.path.join(folder, deployment.source or SOURCE_NAME)
    paths = (os.path.normpath(os.path.join(base, source)) for base in bases)
    inside = store.folder + os.sep
    return list(
        dict.fromkeys(
            path for path in paths if path.startswith(inside) and path in store.files
        )
    )


def with_parents(bases: Iterable[str], top: str) -> Iterator[str]:
    """Yield folders, then their parents up to `top`, each once."""
    found = list(bases)
    for base in list(found):
        above = base
        while above.startswith(top + os.sep):
            above = os.path.dirname(above)
            found.append(above)
    return iter(dict.fromkeys(found))
