"""Programs in Python: assignments, loops over literals and calls are followed."""

from __future__ import annotations

import ast
import os
import warnings
from typing import TYPE_CHECKING

from funclens.discovery.deploy.programs.calls import (
    function_of,
    item_of,
    joined_path,
    method_of,
)
from funclens.discovery.deploy.programs.values import (
    UNKNOWN,
    Attribute,
    Fields,
    Joined,
    Listed,
    Made,
    OneOf,
    Text,
    Value,
    texts,
)
from funclens.discovery.files.budget import Budget, OverBudgetError
from funclens.discovery.syntax.positions import Lines
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeAlias

    from funclens.discovery.deploy.programs.functions import Program

    Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

__all__ = ["made_by_python"]

_MOST_STEPS = 50_000
_MOST_ROUNDS = 200
_DEEPEST = 60
_DEEPEST_CALLS = 6
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


def made_by_python(program: Program, text: str) -> list[Made]:
    """Return what the calls of a module make, those that are not followed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except _UNREADABLE:
        return []
    reading = _Reading(program, Lines(text))
    reading.run(tree)
    return reading.made


class _Reading:
    """Follows the statements of a module, in their order."""

    def __init__(self, program: Program, lines: Lines) -> None:
        self.made: list[Made] = []
        self._program = program
        self._lines = lines
        self._budget = Budget(_MOST_STEPS)
        self._imports: dict[str, str] = {}
        self._functions: dict[str, Function] = {}
        self._called: set[str] = set()
        self._active: list[str] = []

    def run(self, tree: ast.Module) -> None:
        """Take in everything that the module makes, as far as the budget goes."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self._import(node.names, "")
            elif isinstance(node, ast.ImportFrom):
                self._import(node.names, (node.module or "") + ".")
            elif isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        name = node.name if inner.name == "__init__" else inner.name
                        self._functions.setdefault(name, inner)
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._functions[node.name] = node
        names: dict[str, Value] = {
            "__file__": Text(self._program.path),
            "__name__": Text("__main__"),
        }
        try:
            self._body(tree.body, names, 0)
            for name in self._functions:
                if name not in self._called:
                    self._call(name, ((), {}), names, 0)
        except OverBudgetError:
            # What was met until then depends on the text alone.
            return

    def _import(self, names: list[ast.alias], before: str) -> None:
        for item in names:
            full = before + item.name
            if item.asname:
                self._imports[item.asname] = full
            elif before:
                self._imports[item.name] = full

    def _body(
        self, body: Iterable[ast.stmt], names: dict[str, Value], depth: int
    ) -> None:
        for node in body:
            self._budget.spend()
            self._statement(node, names, depth)

    def _statement(self, node: ast.stmt, names: dict[str, Value], depth: int) -> None:
        if isinstance(node, ast.Assign):
            value = self._value(node.value, names, depth)
            for target in node.targets:
                _bind(target, value, names)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            _bind(node.target, self._value(node.value, names, depth), names)
        elif isinstance(node, (ast.Expr, ast.Return)) and node.value is not None:
            self._value(node.value, names, depth)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            items = self._value(node.iter, names, depth)
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

    def _value(
        self, node: ast.AST | None, names: dict[str, Value], depth: int
    ) -> Value:
        self._budget.spend()
        if depth > _DEEPEST:
            return UNKNOWN
        depth += 1
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if isinstance(node, ast.Name):
            return names.get(node.id, UNKNOWN)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, names, depth)
        if isinstance(node, ast.Call):
            return self._called_value(node, names, depth)
        if isinstance(node, ast.Dict):
            return self._fields(node, names, depth)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return Listed([self._value(item, names, depth) for item in node.elts])
        if isinstance(node, ast.Subscript):
            of = self._value(node.value, names, depth)
            return item_of(of, self._value(node.slice, names, depth))
        return self._composed(node, names, depth)

    def _composed(
        self, node: ast.AST | None, names: dict[str, Value], depth: int
    ) -> Value:
        if isinstance(node, ast.JoinedStr):
            return Joined([self._value(part, names, depth) for part in node.values])
        if isinstance(node, ast.FormattedValue):
            return self._value(node.value, names, depth)
        if isinstance(node, ast.IfExp):
            parts = (node.body, node.orelse)
            return OneOf([self._value(part, names, depth) for part in parts])
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return OneOf([self._value(part, names, depth) for part in node.values])
        if isinstance(node, ast.BinOp):
            left = self._value(node.left, names, depth)
            right = self._value(node.right, names, depth)
            if isinstance(node.op, ast.Add):
                return Joined([left, right])
            if isinstance(node.op, ast.Div):
                return joined_path([left, right])
        if isinstance(node, (ast.Await, ast.Starred, ast.NamedExpr)):
            return self._value(node.value, names, depth)
        return UNKNOWN

    def _constant(self, node: ast.Constant) -> Value:
        if not isinstance(node.value, str):
            # False and None are as good as not given.
            return Text(str(node.value)) if node.value else UNKNOWN
        span = self._lines.span(node)
        if span.line == span.end_line:
            quotes = (span.end_column - span.column - len(node.value)) // 2
            span = Span(
                span.line,
                span.column + quotes,
                span.line,
                span.column + quotes + len(node.value),
            )
        return Text(node.value, span)

    def _fields(self, node: ast.Dict, names: dict[str, Value], depth: int) -> Value:
        items: dict[str, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            given = self._value(value, names, depth)
            if key is None:
                items |= given.items if isinstance(given, Fields) else {}
                continue
            for text in texts(self._value(key, names, depth)):
                items[text.text] = given
        return Fields(items)

    def _attribute(
        self, node: ast.Attribute, names: dict[str, Value], depth: int
    ) -> Value:
        if isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}:
            return names.get(f"self.{node.attr}", UNKNOWN)
        of = self._value(node.value, names, depth)
        if node.attr in {"parent", "parents"} and isinstance(of, Text):
            return Text(os.path.dirname(of.text) or ".")
        if isinstance(of, Fields):
            return of.items.get(node.attr, UNKNOWN)
        return UNKNOWN if of is UNKNOWN else Attribute(of, node.attr)

    def _called_value(
        self, node: ast.Call, names: dict[str, Value], depth: int
    ) -> Value:
        arguments = [self._value(item, names, depth) for item in node.args]
        named = {
            item.arg: self._value(item.value, names, depth)
            for item in node.keywords
            if item.arg
        }
        for item in node.keywords:
            spread = None if item.arg else self._value(item.value, names, depth)
            if isinstance(spread, Fields):
                named = {**spread.items, **named}
        callee = self._dotted(node.func)
        last = callee.rpartition(".")[2]
        local = last if callee in {last, f"self.{last}"} else ""
        if local in self._functions:
            self._call(local, (arguments, named), names, depth)
            return UNKNOWN
        if isinstance(node.func, ast.Attribute):
            of = self._value(node.func.value, names, depth)
            found = method_of(last, of, arguments)
            if found is None and isinstance(of, (Made, Attribute)):
                found = Attribute(of, last)
            if found is not None:
                return found
        found = function_of(callee, arguments)
        if found is not None:
            return found
        made = Made(callee, arguments, named, self._lines.span(node))
        self.made.append(made)
        return made

    def _dotted(self, node: ast.expr) -> str:
        """Return the dotted name of what is called, with its import followed."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            parts.append(self._imports.get(node.id, node.id))
        return ".".join(reversed(parts))

    def _call(
        self,
        name: str,
        given: tuple[Sequence[Value], Mapping[str, Value]],
        names: dict[str, Value],
        depth: int,
    ) -> None:
        """Follow a function of the module, with what it is called with."""
        if name in self._active or len(self._active) >= _DEEPEST_CALLS:
            return
        self._called.add(name)
        self._active.append(name)
        function = self._functions[name]
        signature = function.args
        parameters = [item.arg for item in [*signature.posonlyargs, *signature.args]]
        inner = {key: value for key, value in names.items() if key not in parameters}
        if parameters[:1] == ["self"]:
            parameters = parameters[1:]
        defaults = signature.defaults
        for parameter, default in zip(
            parameters[-len(defaults) :], defaults, strict=False
        ):
            inner[parameter] = self._value(default, names, depth)
        for key, node in zip(signature.kwonlyargs, signature.kw_defaults, strict=True):
            inner[key.arg] = self._value(node, names, depth)
        inner |= dict(zip(parameters, given[0], strict=False))
        inner |= given[1]
        self._body(function.body, inner, depth + 1)
        self._active.pop()


def _bind(target: ast.expr, value: Value, names: dict[str, Value]) -> None:
    if isinstance(target, ast.Name):
        names[target.id] = value
    elif isinstance(target, ast.Attribute):
        names[f"self.{target.attr}"] = value
    elif isinstance(target, (ast.Tuple, ast.List)):
        items = value.items if isinstance(value, Listed) else ()
        for at, inner in enumerate(target.elts):
            _bind(inner, items[at] if at < len(items) else UNKNOWN, names)
