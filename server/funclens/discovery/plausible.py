"""Whether a binding is worth scoring: a quick test before anything is resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funclens.discovery.resolve.facts import Module, Placed

__all__ = ["is_plausible"]


def is_plausible(source: Module, placed: Placed) -> bool:
    """Return whether a binding is worth scoring. Errs on the side of True."""
    if source.type_aliases and _takes(placed, source.type_aliases):
        return True
    if placed.is_deferred and not source.comments:
        return placed.offset in source.commented
    definition = placed.binding.definition
    if definition is None or definition.decorators or definition.body is None:
        return True
    if definition.body.is_plausible or source.comments:
        return True
    return _is_below_comment(source, placed.binding.span.line + placed.offset - 1)


def _takes(placed: Placed, types: frozenset[str]) -> bool:
    """Return whether a definition has a parameter annotated with one of the names."""
    definition = placed.binding.definition
    return definition is not None and any(
        not types.isdisjoint(parameter.annotation)
        for parameter in definition.parameters
    )


def _is_below_comment(source: Module, line: int) -> bool:
    """Return whether the line above a 0-based line is a comment."""
    return (
        line > 0 and source.has_comment_lines and source.lines[line - 1].startswith("#")
    )
