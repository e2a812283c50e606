"""What code reads of a value as a JSON Schema (2020-12, as OpenAPI 3.1 uses it)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from funclens.requests.reads import Coding, Kind, Shape
from funclens.requests.reads.shape import MISSING

if TYPE_CHECKING:
    from funclens.requests.openapi.component_schemas import Components

__all__ = ["schema_of"]

_DEEPEST = 12
_TYPES = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.LIST: {"type": "array"},
    Kind.MAPPING: {"type": "object"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.TIME: {"type": "string", "format": "date-time"},
}


def schema_of(
    shape: Shape,
    components: Components | None = None,
    depth: int = 0,
    *,
    fields_are_required: bool = False,
) -> dict[str, Any]:
    """Return a schema that allows what the code doesn't look at.

    Models are referred to in `components`. With `fields_are_required`, fields without a
    default are required.
    """
    found = _typed(shape, components, depth, fields_are_required=fields_are_required)
    if shape.default is not MISSING and _is_plain(shape.default):
        found["default"] = shape.default
    literals = [value for value in shape.literals if _is_plain(value)]
    if literals:
        # Examples, because code may handle other values, too.
        found["examples"] = literals
    return found


def _typed(
    shape: Shape,
    components: Components | None,
    depth: int,
    *,
    fields_are_required: bool,
) -> dict[str, Any]:
    if depth >= _DEEPEST:
        return {}
    fields = shape.all_fields()
    if fields and not shape.columns:
        made = _object(
            shape, fields, components, depth, fields_are_required=fields_are_required
        )
        is_model = bool(shape.model) and fields.keys() <= shape.declared.keys()
        return components.refer(shape.model, made) if components and is_model else made
    if shape.items is not None or shape.columns or Kind.LIST in shape.kinds:
        return _array(shape, components, depth, fields_are_required=fields_are_required)
    return _text(shape, components, depth) or _plain(shape)


def _text(shape: Shape, components: Components | None, depth: int) -> dict[str, Any]:
    """Return the schema of a text that holds something else; empty if it doesn't."""
    if (inner := shape.decoded.get(Coding.JSON)) is not None:
        schema = schema_of(inner, components, depth + 1)
        media = {"contentMediaType": "application/json"}
        return {"type": "string", **media, "contentSchema": schema}
    if Coding.BASE64 in shape.decoded:
        return {"type": "string", "contentEncoding": "base64"}
    return {"type": "string"} if shape.format else {}


def _plain(shape: Shape) -> dict[str, Any]:
    """Return the type by what code uses a value as, or compares it with."""
    kind = next(iter(shape.kinds), None)
    if kind is not None:
        return dict(_TYPES[kind])
    known = [*shape.literals, *([] if shape.default is MISSING else [shape.default])]
    return _type_of(known)


def _object(
    shape: Shape,
    fields: dict[str, Shape],
    components: Components | None,
    depth: int,
    *,
    fields_are_required: bool,
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "object",
        "properties": {
            name: schema_of(
                inner, components, depth + 1, fields_are_required=fields_are_required
            )
            for name, inner in fields.items()
        },
    }
    required = [
        name
        for name, inner in fields.items()
        if shape.declared.get(name, fields_are_required and inner.default is MISSING)
    ]
    if required:
        found["required"] = required
    return found


def _array(
    shape: Shape,
    components: Components | None,
    depth: int,
    *,
    fields_are_required: bool,
) -> dict[str, Any]:
    items = shape.items
    if items is None and shape.columns:
        items = shape.columns[min(shape.columns)] if len(shape.columns) == 1 else None
    if items is None or not items.is_read:
        return {"type": "array"}
    schema = schema_of(
        items, components, depth + 1, fields_are_required=fields_are_required
    )
    return {"type": "array", "items": schema}


def _type_of(values: list[Any]) -> dict[str, Any]:
    """Return the type of known values, if they have one."""
    if not values or any(value is None for value in values):
        return {}
    for types, name in (
        (bool, "boolean"),
        (str, "string"),
        (int, "integer"),
        ((int, float), "number"),
    ):
        if all(isinstance(value, types) for value in values):
            return {"type": name}
    return {}


def _is_plain(value: Any, depth: int = 0) -> bool:
    """Return whether JSON can hold a value."""
    if isinstance(value, float):
        return math.isfinite(value)
    if value is None or isinstance(value, (bool, int, str)):
        return True
    if depth > 5:
        return False
    if isinstance(value, list):
        return all(_is_plain(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return all(
            isinstance(key, str) and _is_plain(item, depth + 1)
            for key, item in value.items()
        )
    return False
