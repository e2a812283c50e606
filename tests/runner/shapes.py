"""The shape of JSON values: which fields there are, and of what type."""

from __future__ import annotations

from typing import Any

Shape = Any
"""A type's name, a list of one shape, an object of shapes, or `a|b`."""


def shape_of(value: Any) -> Shape:
    """Return the shape of a value; that of a list is the union of its items'."""
    if isinstance(value, dict):
        return {key: shape_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return [union(*map(shape_of, value))] if value else []
    return {"NoneType": "null"}.get(type(value).__name__, type(value).__name__)


def union(*shapes: Shape) -> Shape:
    """Return the shape that all of these have together."""
    first = shapes[0]
    if all(isinstance(shape, dict) for shape in shapes):
        keys = dict.fromkeys(key for shape in shapes for key in shape)
        return {
            key: union(*(shape[key] for shape in shapes if key in shape))
            for key in keys
        }
    if all(isinstance(shape, list) for shape in shapes):
        items = [item for shape in shapes for item in shape]
        return [union(*items)] if items else []
    if all(shape == first for shape in shapes):
        return first
    names = {
        name
        for shape in shapes
        for name in (shape.split("|") if isinstance(shape, str) else _nulls(shape))
    }
    inner = [_of(shape) for shape in shapes if not isinstance(shape, str)]
    return (
        {"?": sorted(names), "of": union(*inner)} if inner else "|".join(sorted(names))
    )


def missing(wanted: Shape, found: Shape, place: str = "") -> list[str]:
    """Return the places where a found shape lacks what is wanted, or differs.

    Whether something was null is left to chance.
    """
    wanted, found = _of(wanted), _of(found)
    if "null" in (wanted, found):
        return []
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [
            line
            for key, shape in wanted.items()
            for line in (
                missing(shape, found[key], f"{place}.{key}")
                if key in found
                else [f"{place}.{key} is missing"]
            )
        ]
    if isinstance(wanted, list) and isinstance(found, list):
        if not wanted or not found:
            return []
        return missing(wanted[0], found[0], f"{place}[]")
    if isinstance(wanted, str) and isinstance(found, str):
        fits = _may_be(wanted, found)
        return [] if fits else [f"{place} is {found}, not {wanted}"]
    return [] if wanted == found else [f"{place} is {found}, not {wanted}"]


def _nulls(shape: Shape) -> list[str]:
    return list(shape["?"]) if isinstance(shape, dict) and "?" in shape else []


def _of(shape: Shape) -> Shape:
    """Return the shape of what is not null."""
    return shape["of"] if isinstance(shape, dict) and "?" in shape else shape


def _may_be(wanted: str, found: str) -> bool:
    """Tell whether one may hold what the other holds."""
    one, other = ({*shape.split("|")} - {"null"} for shape in (wanted, found))
    return not one or not other or bool(one & other)
