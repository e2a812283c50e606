"""Values of expressions in a module that are certain without running it.

Names are followed to module-level assignments, in other modules of the workspace too.
What depends on anything else is unknown.
"""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass, field
from funclens.discovery.syntax.statements import BindingKind, Condition
from funclens.discovery.syntax.usage import dotted
from funclens.nesting import nesting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from funclens.discovery.resolve.facts import Module, Placed
    from funclens.discovery.resolve.imports import Local, Names

__all__ = ["UNKNOWN", "Called", "Symbol", "arguments_of", "expressions", "value_of"]

_DEEPEST = 20
_MOST_NESTED = 60
_LONGEST = 100_000
"""Longest text to parse, in characters."""
_LONGEST_STRING = 4_000
"""Longest string to compose, in characters; more is cut off."""


class Unknown:
    """A value that isn't certain."""


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name from outside the workspace, by its full dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class Called:
    """The result of calling something outside the workspace."""

    name: str
    """Full dotted name of what is called."""
    positional: Sequence[Any]
    keywords: Mapping[str, Any] = field(default_factory=dict)


def expressions(text: str) -> list[ast.stmt]:
    """Parse a part of a module; empty if it isn't valid, or too large."""
    if len(text) > _LONGEST or nesting(text) > _MOST_NESTED:
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def arguments_of(call: ast.Call, module: Module, names: Names) -> dict[str, Any]:
    """Return the known keyword arguments of a call, `**` included."""
    return _Evaluation(names).keywords(call, module, 0)


def value_of(node: ast.expr, module: Module, names: Names) -> Any:
    """Return the value of an expression, or UNKNOWN."""
    return _Evaluation(names).value(node, module, 0)


class _Evaluation:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._left = 2_000

    def keywords(self, call: ast.Call, module: Module, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for keyword in call.keywords:
            value = self.value(keyword.value, module, depth + 1)
            if keyword.arg is not None:
                found[keyword.arg] = value
            elif isinstance(value, dict):
                found |= {str(key): item for key, item in value.items()}
        return {key: item for key, item in found.items() if item is not UNKNOWN}

    def value(self, node: ast.expr, module: Module, depth: int) -> Any:
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            return UNKNOWN
        found: Any = UNKNOWN
        match node:
            case ast.Constant(value=value):
                found = value
            case ast.Name() | ast.Attribute():
                found = self._named(dotted(node), module, depth)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                found = [self.value(item, module, depth + 1) for item in items]
            case ast.Dict():
                found = self._mapping(node, module, depth)
            case ast.JoinedStr(values=parts):
                found = self._joined(parts, module, depth)
            case ast.BinOp():
                found = self._operation(node, module, depth)
            case ast.Call():
                found = self._call(node, module, depth)
            case _:
                pass
        return found

    def _mapping(self, node: ast.Dict, module: Module, depth: int) -> Any:
        found: dict[str, Any] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            value = self.value(item, module, depth + 1)
            name = None if key is None else self.value(key, module, depth + 1)
            if isinstance(name, str):
                found[name] = value
            elif key is None and isinstance(value, dict):
                found |= value
        return found

    def _joined(self, parts: list[ast.expr], module: Module, depth: int) -> Any:
        found = []
        for part in parts:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            value = self.value(inner, module, depth + 1)
            if not isinstance(value, (str, int)) or isinstance(value, bool):
                return UNKNOWN
            found.append(str(value)[:_LONGEST_STRING])
        return "".join(found)[:_LONGEST_STRING]

    def _operation(self, node: ast.BinOp, module: Module, depth: int) -> Any:
        left = self.value(node.left, module, depth + 1)
        right = self.value(node.right, module, depth + 1)
        match node.op, left, right:
            case ast.Add(), str(), str():
                return (left + right)[:_LONGEST_STRING]
            case ast.Add(), int(), int():
                return left + right
            case ast.Mult(), int(), int() if abs(left) + abs(right) < 10**9:
                return left * right
            case _:
                return UNKNOWN

    def _named(self, name: str, module: Module, depth: int) -> Any:
        for meaning in self._names.meanings(module, name):
            if isinstance(meaning, str):
                return Symbol(meaning)
            return self._bound(meaning, depth)
        return UNKNOWN

    def _bound(self, local: Local, depth: int) -> Any:
        """Return the value that a name is assigned, if it has no other."""
        module, placed = local.module, local.placed
        binding = placed.binding
        others = module.names.get(binding.name, ())
        if len(others) != 1 or binding.condition is not Condition.ALWAYS:
            return UNKNOWN
        if binding.kind not in {BindingKind.VALUE, BindingKind.CALL}:
            return UNKNOWN
        for statement in expressions(_text(module, placed)):
            match statement:
                case (
                    ast.Assign(targets=[ast.Name()], value=value)
                    | ast.AnnAssign(target=ast.Name(), value=ast.expr() as value)
                ):
                    return self.value(value, module, depth + 1)
                case _:
                    return UNKNOWN
        return UNKNOWN

    def _call(self, node: ast.Call, module: Module, depth: int) -> Any:
        name = dotted(node.func)
        if name == "dict" and not node.args and "dict" not in module.names:
            return self.keywords(node, module, depth)
        for meaning in self._names.meanings(module, name):
            if not isinstance(meaning, str):
                return UNKNOWN
            given = [self.value(item, module, depth + 1) for item in node.args]
            return Called(meaning, given, self.keywords(node, module, depth))
        return UNKNOWN


def _text(module: Module, placed: Placed) -> str:
    span = placed.span
    lines = module.lines[span.line - 1 : span.end_line]
    if not lines:
        return ""
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)
