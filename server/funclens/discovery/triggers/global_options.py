"""Options that `set_global_options` gives to all Firebase functions below it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from funclens.discovery.syntax.usage import dotted
from funclens.discovery.triggers.firebase_values import options_in
from funclens.discovery.triggers.literals import arguments_of, expressions
from funclens.model import DeployOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.resolve.facts import Module
    from funclens.discovery.resolve.imports import Names

__all__ = ["GlobalOptions"]

_SETTER = "set_global_options"


class GlobalOptions:
    """Global options of the modules of one unit, each read once."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._calls: dict[Module, list[tuple[int, DeployOptions]]] = {}

    def above(self, module: Module, line: int) -> DeployOptions:
        """Return what the last call above a 1-based line of a module sets."""
        calls = self._calls.get(module)
        if calls is None:
            calls = self._calls[module] = list(_calls(module, self._names))
        found = DeployOptions()
        for at, options in calls:
            if at < line:
                found = options
        return found


def _calls(module: Module, names: Names) -> Iterator[tuple[int, DeployOptions]]:
    if _SETTER not in module.text:
        return
    starts = [offset for offset, _ in module.blocks]
    most = 20
    for start, end in zip(starts, [*starts[1:], len(module.lines)], strict=True):
        text = "\n".join(module.lines[start:end])
        for call in _calls_in(text, module, names) if _SETTER in text else ():
            yield start + call.lineno, options_in(arguments_of(call, module, names))
            most -= 1
            if not most:
                return


def _calls_in(text: str, module: Module, names: Names) -> list[ast.Call]:
    return [
        statement.value
        for statement in expressions(text)
        if isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and f"firebase_functions.options.{_SETTER}"
        in names.meanings(module, dotted(statement.value.func))
    ]
