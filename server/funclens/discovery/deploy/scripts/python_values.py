"""What the expressions of a Python script come to, as plain Python values."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass, field
from funclens.discovery.deploy.shell.state import unknown

if TYPE_CHECKING:
    from funclens.discovery.deploy.shell.script_budget import ScriptBudget

__all__ = ["UNKNOWN", "Names", "PythonValues", "bind", "sum_of"]

_LONGEST = 20_000


class _Unknown:
    """A value that isn't known."""


UNKNOWN = _Unknown()


@dataclass(slots=True)
class Names:
    """Names in one function or module, with their values."""

    values: dict[str, Any] = field(default_factory=dict)
    outer: Names | None = None

    def get(self, name: str) -> Any:
        """Return what a name is bound to, here or outside."""
        if name in self.values:
            return self.values[name]
        return self.outer.get(name) if self.outer else UNKNOWN


class PythonValues:
    """Evaluates expressions; a subclass follows functions and commands."""

    def __init__(self, budget: ScriptBudget) -> None:
        self.budget = budget
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        """Those of the module."""

    def follow(
        self,
        name: str,
        given: tuple[list[Any], dict[str, Any]],
        names: Names,
        depth: int,
    ) -> None:
        """Follow a function of the module with the arguments of a call."""
        raise NotImplementedError

    def command(
        self, node: ast.Call, arguments: list[Any], keywords: dict[str, Any]
    ) -> None:
        """Look at a call of something else: it may run a command."""
        raise NotImplementedError

    def value(self, node: ast.expr | None, names: Names, depth: int) -> Any:
        """Return what an expression comes to; UNKNOWN where the text does not tell."""
        if not self.budget.spend() or depth > 60:
            return UNKNOWN
        depth += 1
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return names.get(node.id)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return self._items(node.elts, names, depth)
        if isinstance(node, ast.Dict):
            keys = [self.value(key, names, depth) for key in node.keys]
            values = [self.value(value, names, depth) for value in node.values]
            pairs = zip(keys, values, strict=True)
            return {key: value for key, value in pairs if isinstance(key, str)}
        if isinstance(node, ast.JoinedStr):
            pieces = [self._text_of(part, names, depth) for part in node.values]
            return _joined("", pieces)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left = self.value(node.left, names, depth)
            return sum_of(left, self.value(node.right, names, depth))
        if isinstance(node, ast.Subscript):
            return self._item(node, names, depth)
        if isinstance(node, ast.Call):
            return self._called_value(node, names, depth)
        if isinstance(node, ast.IfExp):
            return self.value(node.body, names, depth)
        if isinstance(node, ast.Await):
            return self.value(node.value, names, depth)
        return UNKNOWN

    def _items(self, nodes: list[ast.expr], names: Names, depth: int) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                inner = self.value(node.value, names, depth)
                found += inner if isinstance(inner, list) else [UNKNOWN]
            else:
                found.append(self.value(node, names, depth))
        return found

    def _text_of(self, node: ast.expr, names: Names, depth: int) -> str:
        if isinstance(node, ast.FormattedValue):
            node = node.value
        value = self.value(node, names, depth)
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            return str(value)
        return unknown("value")

    def _item(self, node: ast.Subscript, names: Names, depth: int) -> Any:
        value = self.value(node.value, names, depth)
        key = self.value(node.slice, names, depth)
        try:
            if isinstance(value, (list, dict)) and isinstance(key, (str, int)):
                return value[key]  # type: ignore[index]
        except (LookupError, TypeError):
            pass
        return UNKNOWN

    def _called_value(self, node: ast.Call, names: Names, depth: int) -> Any:
        arguments = self._items(node.args, names, depth)
        keywords = {
            item.arg: self.value(item.value, names, depth)
            for item in node.keywords
            if item.arg
        }
        function = node.func
        if isinstance(function, ast.Name) and function.id in self.functions:
            self.follow(function.id, (arguments, keywords), names, depth)
            return UNKNOWN
        if isinstance(function, ast.Attribute):
            method = self._method(function, arguments, names, depth)
            if method is not UNKNOWN:
                return method
        self.command(node, arguments, keywords)
        return UNKNOWN

    def _method(
        self, function: ast.Attribute, arguments: list[Any], names: Names, depth: int
    ) -> Any:
        name = function.attr
        value = self.value(function.value, names, depth)
        if name in {"append", "extend"} and isinstance(value, list) and arguments:
            added = arguments[0]
            if name == "append":
                value.append(added)
            else:
                more = added if isinstance(added, list) else [UNKNOWN]
                value.extend(more[: _LONGEST - len(value)])
            return None
        if name == "items" and isinstance(value, dict):
            return [[key, item] for key, item in value.items()]
        if name in {"keys", "values"} and isinstance(value, dict):
            return list(value if name == "keys" else value.values())
        if isinstance(value, str):
            if name == "split" and not arguments:
                return value.split()
            if name in {"strip", "rstrip", "lstrip"} and not arguments:
                return value.strip()
            if name == "replace" and len(arguments) == 2:
                old, new = arguments
                if isinstance(old, str) and isinstance(new, str) and old:
                    return _joined(new, value.split(old))
            if name == "join" and arguments and isinstance(arguments[0], list):
                return _joined(value, [_known(item) for item in arguments[0]])
            if name == "format":
                return re.sub(r"\{[^{}]*\}", unknown("value"), value)
        if name == "get" and isinstance(value, dict) and arguments:
            key = arguments[0]
            return value.get(key, UNKNOWN) if isinstance(key, str) else UNKNOWN
        return UNKNOWN


def bind(target: ast.expr, value: Any, names: Names) -> None:
    """Assign a value to a name, or its items to several."""
    if isinstance(target, ast.Name):
        names.values[target.id] = value
    elif isinstance(target, (ast.Tuple, ast.List)):
        fits = isinstance(value, list) and len(value) == len(target.elts)
        for index, item in enumerate(target.elts):
            bind(item, value[index] if fits else UNKNOWN, names)


def sum_of(left: Any, right: Any) -> Any:
    """Return `left + right` of lists or texts."""
    if isinstance(left, list):
        return _bounded(left + (right if isinstance(right, list) else [UNKNOWN]))
    if isinstance(left, str) or isinstance(right, str):
        return _bounded(_known(left) + _known(right))
    return UNKNOWN


def _joined(separator: str, pieces: list[str]) -> Any:
    size = sum(map(len, pieces)) + len(separator) * len(pieces)
    return separator.join(pieces) if size <= _LONGEST else UNKNOWN


def _bounded(value: Any) -> Any:
    """Return the value, or an unknown one if it grew too large."""
    return value if len(value) <= _LONGEST else UNKNOWN


def _known(value: Any) -> str:
    return value if isinstance(value, str) else unknown("value")
