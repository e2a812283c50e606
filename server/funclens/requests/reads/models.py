"""Shapes of annotations and models: dataclasses, pydantic, TypedDict, enums."""

from __future__ import annotations

import ast
import contextlib
from typing import TYPE_CHECKING, Any

from funclens.requests.reads.shape import MISSING, Kind, Shape

if TYPE_CHECKING:
    from funclens.requests.reads.module_names import Module

__all__ = ["fill_from_annotation", "fill_from_class", "has_fields"]

_DEEPEST = 5
"""Levels of models in models."""

_KINDS = {
    "str": Kind.TEXT,
    "EmailStr": Kind.TEXT,
    "bytes": Kind.TEXT,
    "constr": Kind.TEXT,
    "StrictStr": Kind.TEXT,
    "int": Kind.INTEGER,
    "conint": Kind.INTEGER,
    "PositiveInt": Kind.INTEGER,
    "NonNegativeInt": Kind.INTEGER,
    "StrictInt": Kind.INTEGER,
    "float": Kind.NUMBER,
    "Decimal": Kind.NUMBER,
    "PositiveFloat": Kind.NUMBER,
    "confloat": Kind.NUMBER,
    "bool": Kind.BOOLEAN,
    "StrictBool": Kind.BOOLEAN,
    "date": Kind.DATE,
    "datetime": Kind.TIME,
    "dict": Kind.MAPPING,
    "Dict": Kind.MAPPING,
    "Mapping": Kind.MAPPING,
}
_LISTS = {"list", "List", "Sequence", "Iterable", "set", "Set", "tuple", "Tuple"}
_WRAPPERS = {
    "Optional",
    "Annotated",
    "Required",
    "NotRequired",
    "Final",
    "ReadOnly",
    "Union",
}
_MODELS = {"BaseModel", "TypedDict", "NamedTuple", "SQLModel", "Struct"}
_FIELD_MAKERS = {"Field", "field", "attrib", "ib"}


def fill_from_annotation(
    shape: Shape, node: ast.expr | None, module: Module, depth: int = 0
) -> None:
    """Add what an annotation says about a value."""
    if node is None or depth > _DEEPEST:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError):
            inner = ast.parse(node.value, mode="eval").body
            fill_from_annotation(shape, inner, module, depth + 1)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        first = node.right if _is_none(node.left) else node.left
        fill_from_annotation(shape, first, module, depth + 1)
    elif isinstance(node, ast.Subscript):
        _fill_from_generic(shape, node, module, depth)
    elif name := last_name(node):
        _fill_from_name(shape, name, module, depth)


def _fill_from_generic(
    shape: Shape, node: ast.Subscript, module: Module, depth: int
) -> None:
    name = last_name(node.value)
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if not inner:
        return
    if name == "Literal":
        for item in inner:
            if isinstance(item, ast.Constant):
                shape.compare(item.value)
    elif name in _WRAPPERS:
        first = next((item for item in inner if not _is_none(item)), inner[0])
        fill_from_annotation(shape, first, module, depth + 1)
    elif name in _LISTS:
        shape.use_as(Kind.LIST)
        fill_from_annotation(shape.item(), inner[0], module, depth + 1)
    elif name:
        _fill_from_name(shape, name, module, depth)


def _fill_from_name(shape: Shape, name: str, module: Module, depth: int) -> None:
    if name in _KINDS:
        shape.use_as(_KINDS[name])
    elif name in _LISTS:
        shape.use_as(Kind.LIST)
    else:
        found = module.find(name)
        if found is not None and isinstance(found[1], ast.ClassDef):
            fill_from_class(shape, found[1], found[0], depth + 1)
        elif name in module.constants and depth < _DEEPEST:
            fill_from_annotation(shape, module.constants[name], module, depth + 1)


def has_fields(node: ast.ClassDef) -> bool:
    """Return whether a class is a model: its annotations are its fields."""
    decorators = [last_name(_called(item)) for item in node.decorator_list]
    if {"dataclass", "define", "frozen", "s", "attrs"} & set(decorators):
        return True
    return any(last_name(base) in _MODELS for base in node.bases) or any(
        isinstance(item, ast.AnnAssign) for item in node.body
    )


def fill_from_class(
    shape: Shape,
    node: ast.ClassDef,
    module: Module,
    depth: int = 0,
    *,
    is_base: bool = False,
) -> None:
    """Add the fields of a model, or the values of an enum."""
    if depth > _DEEPEST:
        return
    bases = [last_name(base) for base in node.bases]
    if any(base.endswith(("Enum", "Flag")) for base in bases):
        for item in node.body:
            if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant):
                shape.compare(item.value.value)
        return
    for base in bases:
        found = module.find(base)
        if found is not None and isinstance(found[1], ast.ClassDef):
            fill_from_class(shape, found[1], found[0], depth + 1, is_base=True)
    shape.use_as(Kind.MAPPING)
    if not is_base:
        shape.model = node.name if shape.model in {"", node.name} else "?"
    is_total = not any(
        it.arg == "total" and getattr(it.value, "value", True) is False
        for it in node.keywords
    )
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            _fill_field(shape, item, module, depth, is_total=is_total)


def _fill_field(
    shape: Shape, item: ast.AnnAssign, module: Module, depth: int, *, is_total: bool
) -> None:
    assert isinstance(item.target, ast.Name)  # noqa: S101 - the caller has checked it
    name = item.target.id
    declared = item.annotation
    if isinstance(declared, ast.Subscript):
        declared = declared.value
    if last_name(declared) == "ClassVar" or name.startswith("_"):
        return
    options = _options(item.value)
    alias = options.get("validation_alias", options.get("alias"))
    key = alias if isinstance(alias, str) else name
    child = shape.child(key)
    if child is None:
        return
    may_lack = _has_default(item.value) or last_name(declared) == "NotRequired"
    shape.declared[key] = is_total and not may_lack
    default = options.get("default", MISSING)
    examples = options.get("examples")
    if isinstance(examples, list) and examples:
        default = examples[0]
    if default is not MISSING and child.default is MISSING:
        child.default = default
    fill_from_annotation(child, item.annotation, module, depth + 1)


def _has_default(value: ast.expr | None) -> bool:
    """Return whether a field has a default, known or not."""
    if not (isinstance(value, ast.Call) and last_name(value.func) in _FIELD_MAKERS):
        return value is not None
    names = {it.arg for it in value.keywords}
    first = next(iter(value.args), None)
    is_given = first is not None and getattr(first, "value", None) is not ...
    return is_given or bool(names & {"default", "default_factory", "factory"})


def _options(value: ast.expr | None) -> dict[str, Any]:
    """Return what a field's value says: its default, its name in JSON."""
    if value is None:
        return {}
    if not (isinstance(value, ast.Call) and last_name(value.func) in _FIELD_MAKERS):
        return _evaluated("default", value)
    found: dict[str, Any] = {}
    if value.args:
        found |= _evaluated("default", value.args[0])
    for keyword in value.keywords:
        if keyword.arg is not None:
            found |= _evaluated(keyword.arg, keyword.value)
    return {key: item for key, item in found.items() if item is not ...}


def _evaluated(name: str, node: ast.expr) -> dict[str, Any]:
    try:
        return {name: ast.literal_eval(node)}
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return {}


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def last_name(node: ast.expr) -> str:
    """Return `c` of `a.b.c`; empty for what isn't a name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
