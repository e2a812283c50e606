"""Reverse imports: which modules import a module. An imported module is a helper."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.resolve.imports import FRAMEWORKS
from funclens.discovery.scoring.project_context import is_test_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from funclens.discovery.resolve.facts import Module

__all__ = ["Importers"]


class Importers:
    """Maps a file to the modules that may import it, judged by paths alone."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._seen: dict[str, tuple[Module, frozenset[str]]] = {}
        self._importers: dict[str, set[str]] = {}

    def update(self, modules: Iterable[Module]) -> None:
        """Update from the current modules; only changed ones are read again."""
        current = {module.path: module for module in modules}
        for path in [path for path in self._seen if path not in current]:
            self._forget(path, self._seen.pop(path)[1])
        for path, module in current.items():
            seen = self._seen.get(path)
            if seen is not None and seen[0] is module:
                continue
            files = frozenset() if is_test_file(path) else self._imported(module)
            if seen is None or seen[1] != files:
                if seen is not None:
                    self._forget(path, seen[1])
                for file in files:
                    self._importers.setdefault(file, set()).add(path)
            self._seen[path] = (module, files)

    def of(self, path: str) -> tuple[str, ...]:
        """Return the modules that may import a file, sorted."""
        return tuple(sorted(self._importers.get(path, ())))

    def _forget(self, path: str, files: Iterable[str]) -> None:
        for file in files:
            self._importers[file].discard(path)

    def _imported(self, module: Module) -> frozenset[str]:
        found: set[str] = set()
        for placed in module.imports:
            binding = placed.binding
            names = [binding.imported, binding.imported.rpartition(".")[0]]
            if binding.imported.partition(".")[0] in FRAMEWORKS:
                continue
            for base in self._bases(module, binding.level):
                found.update(
                    os.path.join(base, *name.split(".")) + ".py"
                    for name in names
                    if name
                )
        found.discard(module.path)
        return frozenset(found)

    def _bases(self, module: Module, level: int) -> Iterator[str]:
        """Yield the folders where an import of a module may start its search."""
        base = os.path.dirname(module.path)
        if level:
            for _ in range(level - 1):
                base = os.path.dirname(base)
            yield base
            return
        yield base
        while base != self._folder and base.startswith(self._folder):
            base = os.path.dirname(base)
            yield base
