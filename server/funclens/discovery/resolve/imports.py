"""Resolve dotted names through imports and aliases.

Modules are looked up as a worker does: in the folder of the source, then, for shared
code, in each folder above it up to the workspace folder.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.syntax.statements import BindingKind, Condition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from funclens.discovery.resolve.facts import Module, Placed
    from funclens.discovery.syntax.statements import Binding

__all__ = ["FRAMEWORKS", "Local", "Names"]

FRAMEWORKS = frozenset({"functions_framework", "firebase_functions"})
"""Packages that are never looked up in the workspace."""

_NEVER_OF_THE_WORKSPACE = FRAMEWORKS | sys.stdlib_module_names
"""Source folders come last on `sys.path` in production: the standard library wins."""

_DEEPEST = 24
"""Maximum length of a chain of names; longer ones are treated as cycles."""

_MOST_STEPS = 1_000
"""Maximum steps for one name; crossing aliases can double them at each step."""

_MOST_STEPS_OF_UNIT = 100_000
"""Maximum steps for all names of a unit; names after that stay unresolved."""


@dataclass(frozen=True, slots=True)
class Local:
    """A binding in the workspace."""

    module: Module
    placed: Placed


class Names:
    """Resolves names for one unit."""

    def __init__(
        self, find: Callable[[str], Module | None], root: str, folder: str
    ) -> None:
        self.find = find
        """Returns the module at a path, or None."""
        self._roots = tuple(_roots(root, folder))
        self._known: dict[tuple[Module, str], tuple[Local | str, ...]] = {}
        self._left = _MOST_STEPS_OF_UNIT
        self._left_of_name = 0
        self._seen: set[tuple[Module, str]] = set()

    def meanings(self, module: Module, name: str) -> Iterator[Local | str]:
        """Return what a dotted name may refer to, the last binding first.

        A string is the full dotted name of something outside the workspace. A local
        binding is a definition, class, call or value.
        """
        found = self._known.get((module, name))
        if found is None:
            self._seen = set()
            self._left_of_name = _MOST_STEPS
            found = tuple(self._meanings(module, name, 0))
            self._known[module, name] = found
        return iter(found)

    def _meanings(self, module: Module, name: str, depth: int) -> Iterator[Local | str]:
        if depth > _DEEPEST or not name or (module, name) in self._seen:
            # What this name has already visited adds nothing.
            return
        self._seen.add((module, name))
        first, _, rest = name.partition(".")
        bindings = module.names.get(first, ())
        for placed in reversed(bindings):
            if not self._may_follow():
                return
            yield from self._of_binding(module, placed, rest, depth + 1)
        if not bindings:
            for star in module.stars:
                if not self._may_follow():
                    return
                yield from self._of_star(module, star.binding, name, depth + 1)

    def _may_follow(self) -> bool:
        """Take a step; return False if the name or the unit has none left."""
        self._left -= 1
        self._left_of_name -= 1
        return self._left >= 0 and self._left_of_name >= 0

    def imported_module(self, module: Module, dotted: str, level: int) -> Module | None:
        """Return the workspace module that an import loads, or None."""
        return next(self._modules(module, dotted, level), None)

    def _of_binding(
        self, module: Module, placed: Placed, rest: str, depth: int
    ) -> Iterator[Local | str]:
        binding = placed.binding
        if binding.kind is BindingKind.ALIAS:
            target = f"{binding.target}.{rest}" if rest else binding.target
            if target.partition(".")[0] != binding.name:
                yield from self._meanings(module, target, depth)
        elif binding.kind is BindingKind.IMPORT:
            target = f"{binding.target}.{rest}" if rest else binding.target
            yield from self._of_path(module, target, binding.level, depth)
        elif not rest:
            yield Local(module, placed)

    def _of_star(
        self, module: Module, star: Binding, name: str, depth: int
    ) -> Iterator[Local | str]:
        if star.target in FRAMEWORKS or star.target.startswith(
            tuple(f"{package}." for package in FRAMEWORKS)
        ):
            yield f"{star.target}.{name}"
            return
        for target in self._modules(module, star.target, star.level):
            if is_public(target, name.partition(".")[0]):
                yield from self._meanings(target, name, depth)

    def _of_path(
        self, module: Module, path: str, level: int, depth: int
    ) -> Iterator[Local | str]:
        """Yield what an imported path refers to, in the workspace or outside."""
        if not level and path.partition(".")[0] in _NEVER_OF_THE_WORKSPACE:
            yield path
            return
        parts = path.split(".")
        known = False
        for length in range(len(parts), -1, -1):
            if not length and not level:
                break
            target = self.imported_module(module, ".".join(parts[:length]), level)
            if target is None:
                continue
            known = True
            if length < len(parts) and target is not module:
                found = [*self._meanings(target, ".".join(parts[length:]), depth)]
                if found:
                    yield from found
                    return
        if not known and not level:
            yield path

    def _modules(self, module: Module, dotted: str, level: int) -> Iterator[Module]:
        tail = dotted.replace(".", os.sep)
        if level:
            base = os.path.dirname(module.path)
            for _ in range(level - 1):
                base = os.path.dirname(base)
            bases: tuple[str, ...] = (base,)
        else:
            bases = self._roots
        for base in bases:
            # String concatenation instead of os.path.join: this runs for every import.
            path = f"{base}{os.sep}{tail}" if tail else base
            if (tail and (found := self.find(f"{path}.py"))) or (
                found := self.find(f"{path}{os.sep}__init__.py")
            ):
                yield found


def is_public(module: Module, name: str) -> bool:
    """Return whether a star import of the module binds the name."""
    if module.exported is not None:
        return name in module.exported
    return not name.startswith("_")


def public_names(module: Module) -> Iterator[str]:
    """Yield the names that a star import of the module binds."""
    if module.exported is not None:
        yield from module.exported
        return
    for name, placed in module.names.items():
        if not name.startswith("_") and any(
            item.condition is not Condition.TYPING for item in placed
        ):
            yield name


def _roots(root: str, folder: str) -> Iterator[str]:
    yield root
    while root != folder and root.startswith(folder):
        root = os.path.dirname(root)
        yield root
