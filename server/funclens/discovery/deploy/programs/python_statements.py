"""Programs in Python: follows assignments, loops over literals, and calls."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from funclens.discovery.deploy.programs.program_values import (
    UNKNOWN,
    Fields,
    Listed,
    Made,
    OneOf,
    Text,
    Value,
    texts,
)
from funclens.discovery.deploy.programs.python_expressions import Expressions
from funclens.discovery.files.budget import OverBudgetError
from funclens.discovery.syntax.positions import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from funclens.discovery.deploy.programs.declared_functions import Program

__all__ = ["made_by_python"]

_MOST_ROUNDS = 200
_MOST_FIELDS = 200
_DEEPEST_CALLS = 6
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


def made_by_python(program: Program, text: str) -> list[Made]:
    """Return what the calls of a module create, including unresolved calls."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except _UNREADABLE:
        return []
    reading = _Statements(program, Lines(text))
    reading.run(tree)
    return reading.made


class _Statements(Expressions):
    """Executes the statements of a module symbolically, in order."""

    def __init__(self, program: Program, lines: Lines) -> None:
        super().__init__(lines)
        self._program = program
        self._called: set[str] = set()
        self._active: list[str] = []
        self._returned: list[Value] = []

    def run(self, tree: ast.Module) -> None:
        """Process the whole module, as far as the budget allows."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self._import(node.names, "")
            elif isinstance(node, ast.ImportFrom):
                self._import(node.names, (node.module or "") + ".")
            elif isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        name = node.name if inner.name == "__init__" else inner.name
                        self.functions.setdefault(name, inner)
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions[node.name] = node
        names: dict[str, Value] = {
            "__file__": Text(self._program.path),
            "__name__": Text("__main__"),
        }
        try:
            self._body(tree.body, names, 0)
            for name in self.functions:
                if name not in self._called:
                    self.follow(name, ((), {}), names, 0)
        except OverBudgetError:
            # Deterministic: what was found so far depends only on the text.
            return

    def _import(self, names: list[ast.alias], before: str) -> None:
        for item in names:
            full = before + item.name
            if item.asname:
                self.imports[item.asname] = full
            elif before:
                self.imports[item.name] = full

    def _body(
        self, body: Iterable[ast.stmt], names: dict[str, Value], depth: int
    ) -> None:
        for node in body:
            self.budget.spend()
            self._statement(node, names, depth)

    def _statement(self, node: ast.stmt, names: dict[str, Value], depth: int) -> None:
        if isinstance(node, ast.Assign):
            value = self.value(node.value, names, depth)
            for target in node.targets:
                if isinstance(target, ast.Subscript):
                    self._set(target, value, names, depth)
                else:
                    _bind(target, value, names)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            _bind(node.target, self.value(node.value, names, depth), names)
        elif isinstance(node, ast.Expr):
            self.value(node.value, names, depth)
        elif isinstance(node, ast.Return) and node.value is not None:
            self._returned.append(self.value(node.value, names, depth))
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            items = self.value(node.iter, names, depth)
            listed = items.items if isinstance(items, Listed) else [UNKNOWN]
            for item in listed[:_MOST_ROUNDS]:
                _bind(node.target, item, names)
                self._body(node.body, names, depth)
        else:
            for name in ("body", "handlers", "orelse", "finalbody"):
                inner = getattr(node, name, [])
                if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    self._blocks(inner, names, depth)

    def _blocks(
        self, inner: Iterable[ast.AST], names: dict[str, Value], depth: int
    ) -> None:
        for item in inner:
            if isinstance(item, ast.ExceptHandler):
                self._body(item.body, names, depth)
            elif isinstance(item, ast.stmt):
                self._body([item], names, depth)

    def _set(
        self, target: ast.Subscript, value: Value, names: dict[str, Value], depth: int
    ) -> None:
        if isinstance(target.value, ast.Name):
            name = target.value.id
            key = self.value(target.slice, names, depth)
            names[name] = _set_item(names.get(name, UNKNOWN), key, value)

    def follow(
        self,
        name: str,
        given: tuple[Sequence[Value], Mapping[str, Value]],
        names: dict[str, Value],
        depth: int,
    ) -> Value:
        """Evaluate a function of the module and return its result."""
        if name in self._active or len(self._active) >= _DEEPEST_CALLS:
            return UNKNOWN
        self._called.add(name)
        self._active.append(name)
        function = self.functions[name]
        signature = function.args
        parameters = [item.arg for item in [*signature.posonlyargs, *signature.args]]
        inner = {key: value for key, value in names.items() if key not in parameters}
        if parameters[:1] == ["self"]:
            parameters = parameters[1:]
        defaults = signature.defaults
        for parameter, default in zip(
            parameters[-len(defaults) :], defaults, strict=False
        ):
            inner[parameter] = self.value(default, names, depth)
        for key, node in zip(signature.kwonlyargs, signature.kw_defaults, strict=True):
            inner[key.arg] = self.value(node, names, depth)
        inner |= dict(zip(parameters, given[0], strict=False))
        inner |= given[1]
        before, self._returned = self._returned, []
        self._body(function.body, inner, depth + 1)
        returned, self._returned = self._returned, before
        self._active.pop()
        return OneOf(returned) if len(returned) > 1 else next(iter(returned), UNKNOWN)


def _set_item(of: Value, key: Value, value: Value) -> Value:
    """Return a dictionary after `of[key] = value`."""
    if not isinstance(of, Fields) or len(of.items) > _MOST_FIELDS:
        return of
    return Fields({**of.items, **{text.text: value for text in texts(key)}})


def _bind(target: ast.expr, value: Value, names: dict[str, Value]) -> None:
    if isinstance(target, ast.Name):
        names[target.id] = value
    elif isinstance(target, ast.Attribute):
        names[f"self.{target.attr}"] = value
    elif isinstance(target, (ast.Tuple, ast.List)):
        items = value.items if isinstance(value, Listed) else ()
        for at, inner in enumerate(target.elts):
            _bind(inner, items[at] if at < len(items) else UNKNOWN, names)
