"""Names in a function, and what statuses and headers in its code say."""

from __future__ import annotations

import ast
from dataclasses import field
from http import HTTPStatus
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.requests.reads.follow_expressions import Exhausted
from funclens.requests.reads.models import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.requests.reads.module_names import Definition, Module

__all__ = [
    "Bound",
    "Budget",
    "Scope",
    "arguments_of",
    "content_type",
    "definition_of",
    "note",
    "statements",
    "status_of",
    "text_of",
]

_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Bound:
    """An expression, and what the names in it stand for."""

    node: ast.expr
    scope: Scope


@dataclass(slots=True)
class Budget:
    """What may still be looked at for one function."""

    left: int = 20_000

    def spend(self, steps: int = 1) -> None:
        """Count steps. Raises Exhausted if there were too many."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted


@dataclass(slots=True)
class Scope:
    """The assignments of one function, and the arguments of the call."""

    module: Module
    budget: Budget
    arguments: Mapping[str, Bound] = field(default_factory=dict)
    assigned: dict[str, list[ast.expr]] = field(default_factory=dict)
    statuses: dict[str, list[ast.expr]] = field(default_factory=dict)
    """Values of `name.status_code`."""

    def values(self, name: str) -> list[Bound]:
        """Return what a name may stand for; nothing if that isn't known."""
        if name in self.assigned:
            return [Bound(node, self) for node in self.assigned[name]]
        if name in self.arguments:
            return [self.arguments[name]]
        constant = self.module.constants.get(name)
        return (
            []
            if constant is None
            else [Bound(constant, Scope(self.module, self.budget))]
        )


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements without those of inner functions and classes."""
    for item in body:
        yield item
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for inner in ("body", "orelse", "finalbody"):
            yield from statements(getattr(item, inner, []))
        for part in (*getattr(item, "handlers", ()), *getattr(item, "cases", ())):
            yield from statements(part.body)


def note(item: ast.stmt, scope: Scope) -> None:
    if isinstance(item, ast.Assign):
        targets, value = item.targets, item.value
    elif isinstance(item, ast.AnnAssign) and item.value is not None:
        targets, value = [item.target], item.value
    else:
        return
    for target in targets:
        if isinstance(target, ast.Name):
            scope.assigned.setdefault(target.id, []).append(value)
        elif (
            isinstance(target, ast.Attribute)
            and target.attr in {"status_code", "status"}
            and isinstance(target.value, ast.Name)
        ):
            scope.statuses.setdefault(target.value.id, []).append(value)


def arguments_of(
    found: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call, scope: Scope
) -> dict[str, Bound]:
    """Return what the parameters of a function stand for in a call."""
    parameters = [*found.args.posonlyargs, *found.args.args]
    named = [it.arg for it in parameters]
    bound = {
        name: Bound(value, scope)
        for name, value in zip(named, call.args, strict=False)
        if not isinstance(value, ast.Starred)
    }
    bound |= {it.arg: Bound(it.value, scope) for it in call.keywords if it.arg}
    defaults = found.args.defaults
    for name, value in zip(named[len(named) - len(defaults) :], defaults, strict=True):
        bound.setdefault(name, Bound(value, Scope(scope.module, scope.budget)))
    return bound


def definition_of(node: ast.Call, scope: Scope) -> tuple[Module, Definition] | None:
    func = node.func
    if isinstance(func, ast.Name):
        return scope.module.find(func.id)
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
        return scope.module.find_in(func.value.id, func.attr)
    return None


def status_of(node: ast.expr | None, scope: Scope, depth: int = 0) -> int | None:
    """Return a status code; None for what is none."""
    if isinstance(node, ast.Constant):
        text = str(node.value).partition(" ")[0]
        is_code = type(node.value) in {int, str} and text.isdecimal() and len(text) == 3
        return int(text) if is_code and 100 <= int(text) <= 599 else None
    if isinstance(node, ast.Attribute):
        name = node.attr if node.attr != "value" else last_name(node.value)
        if name.startswith("HTTP_"):
            return status_of(ast.Constant(name.split("_")[1]), scope)
        return HTTPStatus[name].value if name in HTTPStatus.__members__ else None
    if isinstance(node, ast.Name) and depth < _DEEPEST:
        for value in scope.values(node.id):
            found = status_of(value.node, value.scope, depth + 1)
            if found is not None:
                return found
    return None


def content_type(node: ast.expr, scope: Scope, depth: int = 0) -> str:
    """Return the media type in headers; empty if they have none."""
    if isinstance(node, ast.Name) and depth < _DEEPEST:
        found = (
            content_type(value.node, value.scope, depth + 1)
            for value in scope.values(node.id)
        )
        return next(filter(None, found), "")
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if (
                isinstance(key, ast.Constant)
                and str(key.value).lower() == "content-type"
            ):
                return text_of(value, scope).partition(";")[0].strip()
    return ""


def text_of(node: ast.expr, scope: Scope) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        constants = (value.node for value in scope.values(node.id))
        texts = (it.value for it in constants if isinstance(it, ast.Constant))
        return next((text for text in texts if isinstance(text, str)), "")
    return ""
