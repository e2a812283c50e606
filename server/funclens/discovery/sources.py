"""Which source a deployment means: what it names, else what holds its entry point.

What a deployment names is looked for from the folders that its command may run in.
Where that is not there, not known or made by the script, the file that holds the
entry point counts, if there is exactly one: in what the script copies, in the folder
of the deploy file, below it, in the workspace folder. Else nothing does.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.resolve.imports import Local, Names
from funclens.discovery.scoring.context import SOURCE_NAME, is_test_file
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
"""Modules of a deploy file's folder that are read to find an entry point."""


class SourceFinder:
    """Finds the sources of deployments in one folder."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._indexed: dict[str, Module] = {}
        self._binding: dict[str, set[str]] = {}
        """By a name, the modules that bind it."""
        self._is_current = False

    def begin(self) -> None:
        """Forget what may have changed since the last deployments were looked at."""
        self._is_current = False

    def find(self, deployment: Deployment) -> str | None:
        """Return the source that a deployment means: one that has the entry point."""
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
        """Return the file that holds the entry point in what is copied, or beside."""
        own = os.path.dirname(deployment.file)
        for folder in dict.fromkeys((*deployment.copied, *deployment.bases, own)):
            if found := self._in_folder(folder, name):
                return found
        return None

    def _only_main(self, deployment: Deployment, name: str) -> str | None:
        """Return the only `main.py` below the deploy file, or at all, that fits."""
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
        """Return the only module of a folder, or the module itself, that holds it."""
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
        """Say whether a module defines a name, rather than importing it."""
        module = self._store.find(path)
        return module is not None and any(
            placed.binding.kind is BindingKind.DEFINITION
            for placed in module.names.get(name, ())
        )

    def _is_callable(self, path: str, name: str) -> bool:
        """Say whether what a name stands for takes a request or an event."""
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
        """Know again which names the modules bind: only of those that changed."""
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
    """Say whether a command without a source may run in another folder than this.

    A text is read before one changes the folder, and a script below the folder of
    the source may be one for many.
    """
    prose = deployment.file.endswith(_PROSE)
    return prose or os.path.dirname(named) not in deployment.bases


def _takes_arguments(definition: Definition) -> bool:
    """Say whether a call with one argument, or with two, fits."""
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
    """Return the files that a deployment may name, the likeliest first.

    Where nothing is, a folder above is meant: commands are run from there.
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
    """Yield folders, and then those above them up to `top`, each once."""
    found = list(bases)
    for base in list(found):
        above = base
        while above.startswith(top + os.sep):
            above = os.path.dirname(above)
            found.append(above)
    return iter(dict.fromkeys(found))
