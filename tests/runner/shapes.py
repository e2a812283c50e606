"""The shape of JSON values: which fields there are, and of what type."""

from __future__ import annotations

from typing import Any

Shape = Any
"""A type's name, a list of one shape, or an object of shapes; None of null."""


def shape_of(value: Any) -> Shape:
    """Return the shape of a value; that of a list is the union of its items'."""
    if value is None:
        return None
    if isinstance(value, dict):
        return {key: shape_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return [union(*map(shape_of, value))] if value else []
    return type(value).__name__


def union(*shapes: Shape) -> Shape:
    """Return the shape that all of these have together; null is left to chance."""
    known = [shape for shape in shapes if shape is not None]
    if not known:
        return None
    first = known[0]
    if isinstance(first, dict):
        keys = dict.fromkeys(key for shape in known for key in shape)
        return {key: union(*(shape.get(key) for shape in known)) for key in keys}
    if isinstance(first, list):
        items = [item for shape in known for item in shape]
        return [union(*items)] if items else []
    return "|".join(sorted({name for shape in known for name in shape.split("|")}))


def missing(wanted: Shape, found: Shape, place: str = "") -> list[str]:
    """Return the places where a found shape lacks what is wanted, or differs."""
    if wanted is None or found is None:
        return []
    if type(wanted) is not type(found):
        return [f"{place} is {found}, not {wanted}"]
    if isinstance(wanted, dict):
        return [
            line
            for key, shape in wanted.items()
            for line in (
                missing(shape, found[key], f"{place}.{key}")
                if key in found
                else [f"{place}.{key} is missing"]
            )
        ]
    if isinstance(wanted, list):
        return missing(wanted[0], found[0], f"{place}[]") if wanted and found else []
    fits = {*wanted.split("|")} & {*found.split("|")}
    return [] if fits else [f"{place} is {found}, not {wanted}"]
