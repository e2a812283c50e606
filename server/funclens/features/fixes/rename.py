"""Find the references to a module's global name, for a rename."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from funclens.features.position_encoding import split_lines
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["is_used", "references"]

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def references(text: str, name: str) -> list[Span] | None:
    """Return the spans in a module that refer to its global `name`.

    Those are definitions, uses, `global` statements and entries of `__all__`, but not
    local variables or parameters of the same name. None if the text doesn't parse.
    """
    tree = _parse(text)
    if tree is None:
        return None
    finder = _Finder(name, split_lines(text))
    finder.look(tree)
    return sorted(finder.found)


def is_used(text: str, name: str) -> bool:
    """Return whether a module refers to `name` at all; True if unknown."""
    return (
        _parse(text) is None or re.search(rf"\b{re.escape(name)}\b", text) is not None
    )


def _parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


class _Finder:
    """Visits the nodes of a module and collects references in `found`."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.found: set[Span] = set()
        self._name = name
        self._lines = lines
        self._is_inside = False

    def look(self, node: ast.AST) -> None:
        """Visit a node and its children."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._look_at_function(node)
        elif isinstance(node, ast.ClassDef):
            self._look_at_class(node)
        elif isinstance(node, ast.Lambda):
            self.look(node.args)
            if not _hides(node.args, [node.body], self._name):
                self._look_inside([node.body])
        elif isinstance(node, Comprehension) and self._is_hidden_in(node):
            self.look(node.generators[0].iter)
        else:
            self._look_at_words(node)
            self._look_at_all(ast.iter_child_nodes(node))

    def _look_at_words(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name) and node.id == self._name:
            self._add(node.lineno, node.col_offset)
        elif isinstance(node, ast.Global) and self._name in node.names:
            self._add_word(node.lineno, node.col_offset)
        elif isinstance(node, ast.Assign):
            names = [item.id for item in node.targets if isinstance(item, ast.Name)]
            for item in ast.walk(node.value) if "__all__" in names else ():
                if isinstance(item, ast.Constant) and item.value == self._name:
                    self._add_word(item.lineno, item.col_offset)

    def _look_at_function(self, node: Function) -> None:
        if node.name == self._name and not self._is_inside:
            self._add_word(node.lineno, node.col_offset)
        outside = (*node.decorator_list, node.args, node.returns)
        self._look_at_all(item for item in outside if item is not None)
        if not _hides(node.args, node.body, self._name):
            self._look_inside(node.body)

    def _look_at_class(self, node: ast.ClassDef) -> None:
        self._look_at_all((*node.decorator_list, *node.bases, *node.keywords))
        binds = _binds(node.body, self._name)
        self._look_inside(
            item for item in node.body if not binds or isinstance(item, _SCOPES)
        )

    def _look_inside(self, nodes: Iterable[ast.AST]) -> None:
        before, self._is_inside = self._is_inside, True
        self._look_at_all(nodes)
        self._is_inside = before

    def _look_at_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.look(node)

    def _is_hidden_in(self, node: Comprehension) -> bool:
        return _binds([item.target for item in node.generators], self._name)

    def _add(self, line: int, offset: int) -> None:
        """Add a reference; `offset` counts UTF-8 bytes."""
        column = len(self._lines[line - 1].encode()[:offset].decode()) + 1
        self.found.add(Span(line, column, line, column + len(self._name)))

    def _add_word(self, line: int, offset: int) -> None:
        """Add the first occurrence of the name in a line, from `offset` on."""
        text = self._lines[line - 1].encode()[offset:].decode()
        match = re.search(rf"\b{re.escape(self._name)}\b", text)
        if match:
            self._add(line, offset + len(text[: match.start()].encode()))


def _hides(arguments: ast.arguments, body: Sequence[ast.AST], name: str) -> bool:
    """Return whether the function has a parameter or variable of that name."""
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    given += [item for item in (arguments.vararg, arguments.kwarg) if item]
    return any(item.arg == name for item in given) or _binds(body, name)


def _binds(nodes: Sequence[ast.AST], name: str) -> bool:
    """Return whether statements of a scope make `name` local to it."""
    found = False
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Global) and name in node.names:
            return False
        if isinstance(node, ast.Name):
            found |= node.id == name and not isinstance(node.ctx, ast.Load)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= any((item.asname or item.name) == name for item in node.names)
        elif isinstance(node, ast.ExceptHandler):
            found |= node.name == name
        if isinstance(node, _SCOPES):
            found |= getattr(node, "name", None) == name
        else:
            waiting.extend(ast.iter_child_nodes(node))
    return found
