"""JSON Schemas of values that code makes: literals, models, results of known calls."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.requests.openapi.shape_schema import schema_of
from funclens.requests.reads.models import (
    fill_from_annotation,
    has_fields,
    last_name,
)
from funclens.requests.reads.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.requests.openapi.component_schemas import Components
    from funclens.requests.openapi.return_scope import Bound
    from funclens.requests.reads.module_names import Definition, Module

__all__ = ["schema_of_annotation", "schema_of_value"]

_DEEPEST = 6
_MOST_FIELDS = 60
_CONSTANTS: tuple[tuple[type, dict[str, str]], ...] = (
    (bool, {"type": "boolean"}),
    (int, {"type": "integer"}),
    (float, {"type": "number"}),
    (str, {"type": "string"}),
)
_KINDS: dict[type[ast.expr], dict[str, str]] = {
    ast.JoinedStr: {"type": "string"},
    ast.Compare: {"type": "boolean"},
    ast.DictComp: {"type": "object"},
}
_TYPES = {
    **dict.fromkeys(("str", "dumps", "repr", "format", "hexdigest", "join"), "string"),
    **dict.fromkeys(("int", "len", "count"), "integer"),
    **dict.fromkeys(("float", "time"), "number"),
    **dict.fromkeys(("bool", "isinstance", "any", "all", "exists"), "boolean"),
    **dict.fromkeys(("list", "sorted"), "array"),
    **dict.fromkeys(("dict", "asdict", "model_dump", "to_dict"), "object"),
}
_RESULTS: dict[str, dict[str, str]] = {
    **{name: {"type": kind} for name, kind in _TYPES.items()},
    "isoformat": {"type": "string", "format": "date-time"},
}


def schema_of_value(
    bound: Bound, components: Components, depth: int = 0
) -> dict[str, Any]:
    """Return the schema of an expression; empty if nothing is known about it.

    Raises Exhausted if the code is too large.
    """
    if depth > _DEEPEST:
        return {}
    bound.scope.budget.spend()
    node, scope = bound.node, bound.scope

    def inner(part: ast.expr) -> dict[str, Any]:
        return schema_of_value(replace(bound, node=part), components, depth + 1)

    known = _KINDS.get(type(node))
    if known is not None:
        return dict(known)
    if isinstance(node, ast.Name):
        values = scope.values(node.id)
        return _same([schema_of_value(it, components, depth + 1) for it in values])
    if isinstance(node, ast.Call):
        return _call(node, bound, components, depth)
    return _of_parts(node, inner)


def _of_parts(
    node: ast.expr, inner: Callable[[ast.expr], dict[str, Any]]
) -> dict[str, Any]:
    """Return the schema of what consists of other values."""
    found: dict[str, Any] = {}
    if isinstance(node, ast.Constant):
        found = _constant(node.value)
    elif isinstance(node, ast.Dict):
        found = _mapping(node, inner)
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        found = _array([inner(part) for part in node.elts[:_MOST_FIELDS]])
    elif isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        found = _array([inner(node.elt)])
    elif isinstance(node, ast.IfExp):
        found = _same([inner(node.body), inner(node.orelse)])
    elif isinstance(node, ast.Await):
        found = inner(node.value)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        found = {"type": "boolean"}
    return found


def schema_of_annotation(
    node: ast.expr | None, module: Module, components: Components
) -> dict[str, Any]:
    """Return the schema of an annotation; empty if it says nothing."""
    shape = Shape()
    fill_from_annotation(shape, node, module)
    return schema_of(shape, components)


def _constant(value: object) -> dict[str, Any]:
    if value is None:
        return {"type": "null"}
    found = (kind for type_, kind in _CONSTANTS if isinstance(value, type_))
    return dict(next(found, {}))


def _mapping(
    node: ast.Dict, inner: Callable[[ast.expr], dict[str, Any]]
) -> dict[str, Any]:
    properties = {
        key.value: inner(value)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    found: dict[str, Any] = {"type": "object"}
    if properties:
        found["properties"] = dict([*properties.items()][:_MOST_FIELDS])
    return found


def _array(items: list[dict[str, Any]]) -> dict[str, Any]:
    same = _same(items)
    return {"type": "array", "items": same} if same else {"type": "array"}


def _same(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what several alternatives have in common; empty if they differ."""
    known = [item for item in schemas if item]
    if not known or any(item.get("type") != known[0].get("type") for item in known):
        return {}
    if all(item == known[0] for item in known):
        return known[0]
    properties: dict[str, Any] = {}
    for item in known:
        for name, schema in item.get("properties", {}).items():
            properties[name] = (
                _same([properties[name], schema]) if (name in properties) else schema
            )
    kind = {"type": known[0]["type"]} if "type" in known[0] else {}
    return {**kind, **({"properties": properties} if properties else {})}


def _call(
    node: ast.Call, bound: Bound, components: Components, depth: int
) -> dict[str, Any]:
    name = last_name(node.func)
    held = _held(node, name)
    if held is not None:
        inner = schema_of_value(replace(bound, node=held), components, depth + 1)
        if inner or name == "jsonify":
            return inner
    module = bound.scope.module
    found = module.find(name) if isinstance(node.func, ast.Name) else None
    if found is not None:
        return _of_definition(*found, components)
    return dict(_RESULTS.get(name, {}))


def _held(node: ast.Call, name: str) -> ast.expr | None:
    """Return the value that a call only wraps, such as that of `jsonify(value)`."""
    if name in {"jsonify", "dict"} and node.keywords and not node.args:
        named = [(it.arg, it.value) for it in node.keywords if it.arg]
        return ast.Dict(
            keys=[ast.Constant(key) for key, _ in named],
            values=[value for _, value in named],
        )
    if name == "jsonify" and len(node.args) > 1:
        return ast.List(elts=node.args, ctx=ast.Load())
    if name not in {"jsonify", "asdict", "model_dump"}:
        return None
    if isinstance(node.func, ast.Attribute) and not node.args:
        return node.func.value
    return node.args[0] if node.args else None


def _of_definition(
    module: Module, definition: Definition, components: Components
) -> dict[str, Any]:
    """Return the schema of an object of a class, or of a function's result."""
    if not isinstance(definition, ast.ClassDef):
        return schema_of_annotation(definition.returns, module, components)
    if not has_fields(definition):
        return {"type": "object"}
    name = ast.Name(id=definition.name, ctx=ast.Load())
    return schema_of_annotation(name, module, components)
