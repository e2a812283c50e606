"""Names of a module: its functions, classes, constants and imports.

Static: a module is parsed, never imported.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias

from funclens.dataclass import dataclass, field
from funclens.nesting import nesting

__all__ = ["Definition", "Module", "ReadModule", "module_of", "parse_module"]

Definition: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef"

ReadModule: TypeAlias = Callable[[str, int], "str | None"]
"""Returns the text of a module by its dotted name and the level of its import."""

_DEEPEST = 200
_MOST_MODULES = 12
"""Modules that are followed from one function."""


@dataclass(slots=True)
class Module:
    """The names of one module."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    imports: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """Module, name in it (empty for the module itself), level; by local name."""
    read: ReadModule = lambda _name, _level: None
    loaded: dict[tuple[str, int], Module | None] = field(default_factory=dict)
    """Modules that were looked for; shared by all that one function leads to."""

    def find(self, name: str) -> tuple[Module, Definition] | None:
        """Return a definition by its local name; follows one import."""
        if name in self.definitions:
            return self, self.definitions[name]
        found = self.imports.get(name)
        if found is None or not found[1]:
            return None
        module = self._load(found[0], found[2])
        if module is None or found[1] not in module.definitions:
            return None
        return module, module.definitions[found[1]]

    def find_in(self, module_name: str, name: str) -> tuple[Module, Definition] | None:
        """Return a definition of a module that is imported by a local name."""
        found = self.imports.get(module_name)
        if found is None:
            return None
        target, inner, level = found
        dotted = ".".join(filter(None, (target, inner)))
        module = self._load(dotted, level)
        if module is None or name not in module.definitions:
            return None
        return module, module.definitions[name]

    def is_flask_request(self, name: str) -> bool:
        """Return whether a name is Flask's request of the current context."""
        return self.imports.get(name, ("", "", 0))[:2] == ("flask", "request")

    def _load(self, dotted: str, level: int) -> Module | None:
        key = (dotted, level)
        if key not in self.loaded:
            if len(self.loaded) >= _MOST_MODULES:
                return None
            text = self.read(dotted, level)
            tree = None if text is None else parse_module(text)
            self.loaded[key] = (
                None if tree is None else module_of(tree, self.read, self.loaded)
            )
        return self.loaded[key]


def parse_module(text: str) -> ast.Module | None:
    """Parse a text; None if it is invalid or nested too deeply."""
    if nesting(text) > _DEEPEST:
        return None
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def module_of(
    tree: ast.Module,
    read: ReadModule,
    loaded: dict[tuple[str, int], Module | None] | None = None,
) -> Module:
    """Return the names that a module defines at its top level."""
    module = Module(read=read, loaded={} if loaded is None else loaded)
    _collect(tree.body, module)
    return module


def _collect(body: list[ast.stmt], module: Module) -> None:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            module.definitions[node.name] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and node.value is not None:
                    module.constants[target.id] = node.value
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            _collect_imports(node, module)
        elif isinstance(node, (ast.If, ast.Try)):
            _collect([*node.body, *node.orelse], module)


def _collect_imports(node: ast.Import | ast.ImportFrom, module: Module) -> None:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            local, found = alias.asname or alias.name, (node.module or "", alias.name)
            module.imports[local] = (*found, node.level)
        elif alias.asname:
            module.imports[alias.asname] = (alias.name, "", 0)
        else:
            local = alias.name.partition(".")[0]
            module.imports[local] = (local, "", 0)
