"""Which module imports which: the facts that the import rules are held against."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, as a place that a person can go to."""

    importer: str
    """Dotted name of the module that imports."""
    path: Path
    line: int
    target: str
    """Dotted name of what is imported; for `from a import b` it is `a.b`."""
    at_import_time: bool
    """False inside functions and under `if TYPE_CHECKING:`."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.importer} imports {self.target}"


def imports_of(path: Path, module: str, *, is_package: bool) -> list[Import]:
    """Return every import of a file, relative ones resolved against `module`."""
    tree = ast.parse(path.read_bytes(), filename=str(path))
    package = module if is_package else module.rpartition(".")[0]
    return [
        Import(module, path, node.lineno, target, at_import_time)
        for node, at_import_time in _import_nodes(tree, at_import_time=True)
        for target in _targets(node, package)
    ]


def imports_below(root: Path, package: str) -> list[Import]:
    """Return the imports of every module of `package` below the folder `root`."""
    found: list[Import] = []
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        found += imports_of(path, module, is_package=is_package)
    return found


def _import_nodes(
    node: ast.AST, *, at_import_time: bool
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield node, at_import_time
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) or (
        isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
    ):
        at_import_time = False
    for child in ast.iter_child_nodes(node):
        yield from _import_nodes(child, at_import_time=at_import_time)


def _targets(node: ast.Import | ast.ImportFrom, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, *([base] if base else [])])
    return [f"{base}.{alias.name}" for alias in node.names]
