"""Find functions that share an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.model import Collision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.model import Function

__all__ = ["collisions_of"]


def collisions_of(functions: Iterable[Function]) -> tuple[Collision, ...]:
    """Return the endpoints shared by two or more definitions, sorted.

    One definition that several units serve is not a collision.
    """
    wanted: dict[str, list[Function]] = {}
    for function in functions:
        wanted.setdefault(function.endpoint, []).append(function)
    return tuple(
        Collision(endpoint, tuple(function.id for function in sharing))
        for endpoint, sharing in sorted(wanted.items())
        if len(sharing) > 1
        and len({(f.folder, f.file, f.name_span) for f in sharing}) > 1
    )
