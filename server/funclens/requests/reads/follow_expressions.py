"""Follow expressions: which parts of a request or event a value comes from."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from funclens.requests.reads.alternatives import (
    Closure,
    Instance,
    Literal,
    Role,
    either,
    keys_in,
    literal_of,
    members_of,
    shapes_in,
)
from funclens.requests.reads.known_calls import read_all, request_attribute
from funclens.requests.reads.models import last_name
from funclens.requests.reads.shape import Coding, Kind, RequestReads, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.requests.reads.alternatives import Values
    from funclens.requests.reads.module_names import Module

__all__ = ["Exhausted", "Expressions", "Names"]

_MOST_STEPS = 20_000
"""Expressions that are followed for one function."""


class Exhausted(Exception):  # noqa: N818 - a limit, not an error
    """The code is too large to follow to its end."""


class Names(dict[str, "Values"]):
    """What the names of one call stand for, and the module of its code."""

    def __init__(
        self, module: Module, known: Mapping[str, Values] | None = None
    ) -> None:
        super().__init__(known or {})
        self.module = module
        self.returned: Values = ()

    def branch(self) -> Names:
        """Return a copy for a path that may not be taken."""
        return Names(self.module, self)


class Expressions:
    """Evaluates expressions; what is read is collected in `reads`."""

    def __init__(self, reads: RequestReads) -> None:
        self.reads = reads
        self._steps = 0

    def bind(self, target: ast.expr, values: Values, names: Names) -> None:
        """Assign values to a target."""
        raise NotImplementedError

    def evaluate(self, node: ast.expr, names: Names) -> Values:
        """Return what an expression may stand for."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise Exhausted
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is not None:
            found: Values = method(node, names)
            return found
        self._children(node, names)
        return ()

    def _children(self, node: ast.AST, names: Names) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child, names)
            else:
                self._children(child, names)

    def _constant(self, node: ast.Constant, _names: Names) -> Values:
        return (Literal(node.value),)

    def _collection(self, node: ast.expr, names: Names) -> Values:
        literal = literal_of(node)
        if literal is None or isinstance(node, ast.Dict):
            self._children(node, names)
        return (literal,) if literal is not None else ()

    _list = _tuple = _set = _dict = _collection

    def _name(self, node: ast.Name, names: Names) -> Values:
        if node.id in names:
            return names[node.id]
        module = names.module
        if node.id in module.constants:
            literal = literal_of(module.constants[node.id])
            return (literal,) if literal is not None else ()
        if module.is_flask_request(node.id):
            return (Role.REQUEST,)
        found = module.find(node.id)
        return (Closure(*found),) if found is not None else ()

    def _attribute(self, node: ast.Attribute, names: Names) -> Values:
        if isinstance(node.value, ast.Name) and node.value.id not in names:
            module = names.module
            dotted = (module.imports.get(node.value.id, ("",))[0], node.attr)
            if dotted == ("flask", "request"):
                return (Role.REQUEST,)
            found = module.find_in(node.value.id, node.attr)
            if found is not None:
                return (Closure(*found),)
        groups = []
        for value in self.evaluate(node.value, names):
            if value is Role.REQUEST:
                groups.append(request_attribute(self.reads, node.attr))
            elif isinstance(value, Instance):
                groups.append(value.attributes.get(node.attr, ()))
            elif value is Role.CLOUD_EVENT and node.attr == "data":
                groups.append((self.reads.body,))
            elif isinstance(value, Shape) and value.by_attribute:
                groups.append(_firebase_attribute(value, node.attr))
        return either(*groups)

    def _subscript(self, node: ast.Subscript, names: Names) -> Values:
        bases = self.evaluate(node.value, names)
        if isinstance(node.slice, ast.Slice):
            self._children(node.slice, names)
            return tuple(shapes_in(bases))
        index = self.evaluate(node.slice, names)
        found: list[Shape | None] = []
        if Role.CLOUD_EVENT in bases and "data" in keys_in(index):
            found.append(self.reads.body)
        for shape in shapes_in(bases):
            if any(isinstance(key, Shape) and key.parent is shape for key in index):
                # It was looped over for its keys.
                shape.items = None
                shape.kinds.pop(Kind.LIST, None)
                continue
            found += [shape.child(key) for key in keys_in(index)]
            for key in index:
                if isinstance(key, Literal) and type(key.value) is int:
                    found.append(shape.at(key.value))
        return tuple(shape for shape in found if shape is not None)

    def _unaryop(self, node: ast.UnaryOp, names: Names) -> Values:
        values = self.evaluate(node.operand, names)
        if not isinstance(node.op, ast.USub):
            return ()
        found = [item.value for item in values if isinstance(item, Literal)]
        return tuple(Literal(-one) for one in found if type(one) in {int, float})  # type: ignore[operator]

    def _await(self, node: ast.Await, names: Names) -> Values:
        return self.evaluate(node.value, names)

    def _starred(self, node: ast.Starred, names: Names) -> Values:
        return self.evaluate(node.value, names)

    def _boolop(self, node: ast.BoolOp, names: Names) -> Values:
        found = [self.evaluate(value, names) for value in node.values]
        return either(*found[-1:]) if isinstance(node.op, ast.And) else either(*found)

    def _ifexp(self, node: ast.IfExp, names: Names) -> Values:
        self.evaluate(node.test, names)
        return either(
            self.evaluate(node.body, names), self.evaluate(node.orelse, names)
        )

    def _namedexpr(self, node: ast.NamedExpr, names: Names) -> Values:
        values = self.evaluate(node.value, names)
        self.bind(node.target, values, names)
        return values

    def _binop(self, node: ast.BinOp, names: Names) -> Values:
        left = self.evaluate(node.left, names)
        right = self.evaluate(node.right, names)
        if isinstance(node.op, ast.Sub):
            for shape in shapes_in(right):
                read_all(shape, left)
        for mine, others in ((left, right), (right, left)):
            kinds = {type(v.value) for v in others if isinstance(v, Literal)}
            for shape in shapes_in(mine):
                if kinds & {int, float}:
                    shape.use_as(Kind.NUMBER)
                elif str in kinds and isinstance(node.op, ast.Add):
                    shape.use_as(Kind.TEXT)
        return ()

    def _compare(self, node: ast.Compare, names: Names) -> Values:
        values = [self.evaluate(item, names) for item in (node.left, *node.comparators)]
        for at, operation in enumerate(node.ops):
            left, right = values[at], values[at + 1]
            if isinstance(operation, (ast.In, ast.NotIn)):
                _note_membership(left, right)
            else:
                for mine, others in ((left, right), (right, left)):
                    _note_comparison(mine, others, operation)
        return ()

    def _comprehension(self, node: ast.expr, names: Names) -> Values:
        inner = names.branch()
        generators: list[ast.comprehension] = getattr(node, "generators", [])
        for generator in generators:
            self.loop_over(generator.target, generator.iter, inner)
            for test in generator.ifs:
                self.evaluate(test, inner)
        for part in ("elt", "key", "value"):
            child = getattr(node, part, None)
            if child is not None:
                self.evaluate(child, inner)
        return ()

    _listcomp = _setcomp = _dictcomp = _generatorexp = _comprehension

    def _lambda(self, node: ast.Lambda, names: Names) -> Values:
        self.evaluate(node.body, names.branch())
        return ()

    def loop_over(self, target: ast.expr, source: ast.expr, names: Names) -> None:
        """Bind the target of a loop to the items of its source."""
        called = last_name(source.func) if isinstance(source, ast.Call) else ""
        values = self.evaluate(source, names)
        if called in {"items", "lists"}:
            for shape in shapes_in(values):
                shape.use_as(Kind.MAPPING)
            self.bind(target, (), names)
            return
        if called in {"values", "keys"}:
            values = tuple(v for v in values if not isinstance(v, Shape))
        if called == "enumerate" and isinstance(source, ast.Call) and source.args:
            values = self.evaluate(source.args[0], names)
            if isinstance(target, ast.Tuple) and len(target.elts) > 1:
                target = target.elts[1]
        items = [
            shape.item()
            for shape in shapes_in(values)
            if shape is not self.reads.headers
        ]
        for shape in shapes_in(values):
            if not shape.is_mapping:
                shape.use_as(Kind.LIST)
        self.bind(target, (*items, *members_of(values)), names)


def _firebase_attribute(shape: Shape, name: str) -> Values:
    if name == "json":
        data = shape.child("data")
        return () if data is None else (data.decode(Coding.BASE64).decode(Coding.JSON),)
    child = shape.child(name)
    return () if child is None else (child,)


def _note_membership(left: Values, right: Values) -> None:
    for shape in shapes_in(right):
        for key in keys_in(left):
            shape.guess(key)
    for shape in shapes_in(left):
        for member in members_of(right):
            if isinstance(member, Literal):
                shape.compare(member.value)


def _note_comparison(mine: Values, others: Values, operation: ast.cmpop) -> None:
    for shape in shapes_in(mine):
        for value in others:
            if not isinstance(value, Literal):
                continue
            if isinstance(operation, (ast.Eq, ast.NotEq)):
                if value.value != "":
                    shape.compare(value.value)
            elif type(value.value) in {int, float}:
                shape.use_as(Kind.NUMBER)
