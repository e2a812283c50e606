"""What an expression may stand for while code is followed."""

from __future__ import annotations

import ast
import enum
from typing import TYPE_CHECKING, TypeAlias

from funclens.dataclass import dataclass, field
from funclens.requests.reads.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.requests.reads.module_names import Module

__all__ = [
    "Closure",
    "Instance",
    "Literal",
    "Role",
    "Value",
    "Values",
    "literal_of",
    "shapes_in",
]

_MOST_ALTERNATIVES = 8
_COLLECTIONS = {"set", "frozenset", "tuple", "list"}


class Role(enum.Enum):
    """Objects that a framework passes."""

    REQUEST = "request"
    CLOUD_EVENT = "cloud event"


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: a key, or the keys of a list that is looped over."""

    value: object


class Keys(tuple):  # type: ignore[type-arg]  # noqa: SLOT001
    """The keys of a dict."""


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function or class, with the module it is defined in."""

    module: Module
    definition: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """An object of a class of the workspace."""

    closure: Closure
    attributes: dict[str, Values]


@dataclass(frozen=True, slots=True)
class Arguments:
    """Arguments of a call."""

    positional: tuple[Values, ...] = ()
    keywords: Mapping[str, Values] = field(default_factory=dict)
    """`**` is the name of what is unpacked."""

    @property
    def first(self) -> Values:
        return self.positional[0] if self.positional else ()


Value: TypeAlias = "Shape | Role | Literal | Closure | Instance"
Values: TypeAlias = "tuple[Value, ...]"
"""Alternatives: what a name stands for on different paths."""


def either(*groups: Values) -> Values:
    """Return all alternatives, each once."""
    found: list[Value] = []
    for group in groups:
        for value in group:
            if not any(value is known or _equal(value, known) for known in found):
                found.append(value)
    return tuple(found[:_MOST_ALTERNATIVES])


def _equal(one: Value, other: Value) -> bool:
    return isinstance(one, Literal) and isinstance(other, Literal) and one == other


def shapes_in(values: Values) -> list[Shape]:
    return [value for value in values if isinstance(value, Shape)]


def keys_in(values: Values) -> list[str]:
    """Return the texts among values."""
    return [
        value.value
        for value in values
        if isinstance(value, Literal) and isinstance(value.value, str)
    ]


def literal_of(node: ast.expr) -> Literal | None:
    """Return a constant, or the constants of a list, tuple, set or dict's keys."""
    if isinstance(node, ast.Constant):
        return Literal(node.value)
    items: list[ast.expr | None]
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        items = list(node.elts)
    elif isinstance(node, ast.Dict):
        items = list(node.keys)
    elif isinstance(node, ast.Call) and len(node.args) == 1:
        is_known = isinstance(node.func, ast.Name) and node.func.id in _COLLECTIONS
        return literal_of(node.args[0]) if is_known else None
    else:
        return None
    make = Keys if isinstance(node, ast.Dict) else tuple
    constants = [item.value for item in items if isinstance(item, ast.Constant)]
    return Literal(make(constants)) if len(constants) == len(items) else None


def members_of(values: Values) -> Values:
    """Return the members of the collections among values."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, Literal) and isinstance(value.value, tuple):
            found += [Literal(item) for item in value.value]
    return tuple(found)
