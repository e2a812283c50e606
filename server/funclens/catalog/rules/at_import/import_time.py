"""What surely runs while a module loads, as far as its text says."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from funclens.catalog.rules.flow import falls_through
from funclens.dataclass import dataclass
from funclens.discovery.syntax.usage import dotted, walk_own

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["MethodCall", "calls_at_import", "parsed"]

_DEEPEST = 3
"""Calls of the module's own functions that are followed, one inside the other."""

_MOST_STATEMENTS = 10_000

LONGEST = 200_000
"""Characters of a module that is looked at: an edit is to be answered at once."""

_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
_LEAVES = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class MethodCall:
    """`made_by(...).method(...)`, or the same through a name that is bound once."""

    call: ast.Call
    method: str
    """Empty for a plain call of a function of another module."""
    made_by: str
    """Dotted name, as it is written, of what made the object or is called."""
    scope: ast.Module | ast.FunctionDef
    """Where it is written."""
    outer: ast.Call | None
    """The call, at the module's own level, of the function that it is written in."""


def parsed(text: str) -> ast.Module | None:
    """Return the tree of a module; None when it has an error or is very long."""
    if len(text) > LONGEST:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except _UNREADABLE:
            return None


def calls_at_import(tree: ast.Module) -> Iterator[MethodCall]:
    """Yield the calls that a module surely makes while it loads, in their order."""
    yield from _Walk(tree).calls(tree, None, 0)


class _Walk:
    """Follows the statements of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._left = _MOST_STATEMENTS
        self._bound: dict[ast.AST, dict[str, list[ast.AST]]] = {}

    def calls(
        self, scope: ast.Module | ast.FunctionDef, outer: ast.Call | None, depth: int
    ) -> Iterator[MethodCall]:
        for statement in self._certain(scope.body):
            value = getattr(statement, "value", None)
            if not isinstance(value, ast.Call):
                continue
            func = value.func
            function = self._own_function(func)
            if function is not None and depth < _DEEPEST:
                yield from self.calls(function, outer or value, depth + 1)
            elif isinstance(func, ast.Attribute) and (
                made_by := self._maker(func, scope)
            ):
                yield MethodCall(value, func.attr, made_by, scope, outer)
            elif function is None and dotted(func):
                yield MethodCall(value, "", dotted(func), scope, outer)

    def _certain(self, statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        """Yield the simple statements that are surely executed."""
        for statement in statements:
            self._left -= 1
            if self._left < 0:
                return
            match statement:
                case ast.Expr() | ast.Assign() | ast.AnnAssign():
                    yield statement
                case ast.With(body=body) | ast.Try(body=body):
                    yield from self._certain(body)
                case ast.For(body=body, iter=over) if _has_elements(over):
                    yield from self._certain(body)
            if not falls_through([statement]) or _may_leave(statement):
                return

    def _own_function(self, func: ast.expr) -> ast.FunctionDef | None:
        """Return the module's own plain function of a name that is bound once."""
        if not isinstance(func, ast.Name):
            return None
        bound = self._bindings(self._tree).get(func.id, [])
        if len(bound) != 1 or bound[0] not in self._tree.body:
            return None
        function = bound[0]
        if not isinstance(function, ast.FunctionDef) or function.decorator_list:
            return None
        yields = any(
            isinstance(node, (ast.Yield, ast.YieldFrom)) for node in walk_own(function)
        )
        return None if yields else function

    def _maker(self, func: ast.Attribute, scope: ast.Module | ast.FunctionDef) -> str:
        """Return what made the object whose method is called; "" if not certain."""
        value = func.value
        if isinstance(value, ast.Name):
            for place in (scope, self._tree):
                bound = self._bindings(place).get(value.id)
                if bound is not None:
                    made = bound[0] if len(bound) == 1 else None
                    value = getattr(made, "value", None) or func
                    break
        return dotted(value.func) if isinstance(value, ast.Call) else ""

    def _bindings(self, scope: ast.AST) -> dict[str, list[ast.AST]]:
        """Return what binds each name of a scope: its statement, or just the name."""
        found = self._bound.get(scope)
        if found is None:
            found = self._bound[scope] = {}
            for node in walk_own(scope):
                for name, by in _bound_by(node):
                    found.setdefault(name, []).append(by)
            _drop_names_of_statements(found)
        return found


def _bound_by(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]):
            yield name, node
        case ast.AnnAssign(target=ast.Name(id=name), value=value) if value:
            yield name, node
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name, node
        case ast.ClassDef(name=name):
            yield name, node
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name, node
        case ast.arg(arg=name):
            yield name, node
        case ast.alias(name=name, asname=asname):
            yield (asname or name).partition(".")[0], node
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            for name in names:
                yield name, node


def _drop_names_of_statements(found: dict[str, list[ast.AST]]) -> None:
    """Count an assignment once: its target is a node as well."""
    for name, bound in found.items():
        targets: set[ast.AST] = set()
        for node in bound:
            if isinstance(node, ast.Assign):
                targets |= set(node.targets)
            elif isinstance(node, ast.AnnAssign):
                targets.add(node.target)
        found[name] = [node for node in bound if node not in targets]


def _has_elements(over: ast.expr) -> bool:
    """Tell whether a loop surely has a first turn."""
    match over:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return any(not isinstance(item, ast.Starred) for item in elements)
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int(count))]):
            return count > 0
        case _:
            return False


def _may_leave(statement: ast.stmt) -> bool:
    """Tell whether what comes after a statement may not be reached."""
    if isinstance(
        statement, (*_LEAVES, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    ):
        return isinstance(statement, _LEAVES)
    return any(isinstance(node, _LEAVES[:2]) for node in walk_own(statement))
