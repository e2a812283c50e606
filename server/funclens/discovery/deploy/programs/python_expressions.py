"""Evaluate expressions of a Python program symbolically."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING

from funclens.discovery.deploy.programs.calls import (
    function_of,
    item_of,
    joined_path,
    method_of,
)
from funclens.discovery.deploy.programs.program_values import (
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
from funclens.discovery.files.budget import Budget
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from funclens.discovery.syntax.positions import Lines

    Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
    Given: TypeAlias = tuple[Sequence[Value], Mapping[str, Value]]

__all__ = ["Expressions"]

_MOST_STEPS = 50_000
_DEEPEST = 60


class Expressions:
    """Evaluates expressions of a module and collects the resources they create."""

    def __init__(self, lines: Lines) -> None:
        self.made: list[Made] = []
        self.budget = Budget(_MOST_STEPS)
        self.imports: dict[str, str] = {}
        """Full dotted names, by the names used in the module."""
        self.functions: dict[str, Function] = {}
        """Functions of the module; classes are represented by their `__init__`."""
        self._lines = lines

    def follow(
        self, name: str, given: Given, names: dict[str, Value], depth: int
    ) -> Value:
        """Evaluate a function of the module and return its result."""
        raise NotImplementedError

    def value(self, node: ast.AST | None, names: dict[str, Value], depth: int) -> Value:
        """Return the value of an expression. Raises OverBudgetError."""
        self.budget.spend()
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
            return Listed([self.value(item, names, depth) for item in node.elts])
        if isinstance(node, ast.Subscript):
            of = self.value(node.value, names, depth)
            return item_of(of, self.value(node.slice, names, depth))
        return self._composed(node, names, depth)

    def _composed(
        self, node: ast.AST | None, names: dict[str, Value], depth: int
    ) -> Value:
        if isinstance(node, ast.JoinedStr):
            return Joined([self.value(part, names, depth) for part in node.values])
        if isinstance(node, ast.FormattedValue):
            return self.value(node.value, names, depth)
        if isinstance(node, ast.IfExp):
            parts = (node.body, node.orelse)
            return OneOf([self.value(part, names, depth) for part in parts])
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return OneOf([self.value(part, names, depth) for part in node.values])
        if isinstance(node, ast.BinOp):
            left = self.value(node.left, names, depth)
            right = self.value(node.right, names, depth)
            if isinstance(node.op, ast.Add):
                return Joined([left, right])
            if isinstance(node.op, ast.Div):
                return joined_path([left, right])
        if isinstance(node, (ast.Await, ast.Starred, ast.NamedExpr)):
            return self.value(node.value, names, depth)
        return UNKNOWN

    def _constant(self, node: ast.Constant) -> Value:
        if not isinstance(node.value, str):
            # False and None count as not given.
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
            given = self.value(value, names, depth)
            if key is None:
                items |= given.items if isinstance(given, Fields) else {}
                continue
            for text in texts(self.value(key, names, depth)):
                items[text.text] = given
        return Fields(items)

    def _attribute(
        self, node: ast.Attribute, names: dict[str, Value], depth: int
    ) -> Value:
        if isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}:
            return names.get(f"self.{node.attr}", UNKNOWN)
        of = self.value(node.value, names, depth)
        if isinstance(of, Text):
            return _of_path(of.text, node.attr)
        if isinstance(of, Fields):
            return of.items.get(node.attr, UNKNOWN)
        return UNKNOWN if of is UNKNOWN else Attribute(of, node.attr)

    def _called_value(
        self, node: ast.Call, names: dict[str, Value], depth: int
    ) -> Value:
        arguments = [self.value(item, names, depth) for item in node.args]
        named = {
            item.arg: self.value(item.value, names, depth)
            for item in node.keywords
            if item.arg
        }
        for item in node.keywords:
            spread = None if item.arg else self.value(item.value, names, depth)
            if isinstance(spread, Fields):
                named = {**spread.items, **named}
        callee = self._dotted(node.func)
        last = callee.rpartition(".")[2]
        local = last if callee in {last, f"self.{last}"} else ""
        if local in self.functions:
            return self.follow(local, (arguments, named), names, depth)
        if isinstance(node.func, ast.Attribute):
            of = self.value(node.func.value, names, depth)
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
        """Return the full dotted name of a callee."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            parts.append(self.imports.get(node.id, node.id))
        return ".".join(reversed(parts))


def _of_path(path: str, attribute: str) -> Value:
    """Return an attribute of a path, which is represented as a string."""
    if attribute == "parent":
        return Text(os.path.dirname(path) or ".")
    return Text(os.path.basename(path)) if attribute == "name" else UNKNOWN
