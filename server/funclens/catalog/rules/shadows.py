"""`shadowed-function` and `shadowed-module`: hidden by something of the same name."""

from __future__ import annotations

import os
import re
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from funclens.catalog.rules.requirements import FRAMEWORK_MODULES
from funclens.discovery.scoring.frameworks import registration_of
from funclens.discovery.syntax.statements import BindingKind, Condition
from funclens.model import Problem, RelatedPlace, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context, Source
    from funclens.discovery.resolve.facts import Module, Placed

__all__ = ["shadowed_functions", "shadowed_modules"]


def shadowed_functions(context: Context) -> Iterator[Problem]:
    """Yield a problem for each function whose name is redefined below it."""
    reported: set[str] = set()
    for source in context.sources:
        module = source.facts.module
        if module.path in reported:
            continue
        reported.add(module.path)
        for name, bindings in module.names.items():
            if len(bindings) > 1:
                yield from _shadowed(source, module, name, bindings)


def _shadowed(
    source: Source, module: Module, name: str, bindings: tuple[Placed, ...]
) -> Iterator[Problem]:
    always = [item for item in bindings if item.binding.condition is Condition.ALWAYS]
    for earlier, later in pairwise(always):
        if not _is_registered(source, module, earlier) and not _is_twin(
            source, earlier, later, always
        ):
            continue
        if name in later.binding.arguments or later.binding.target == name:
            continue
        folder = source.folder.folder
        file = os.path.relpath(module.path, folder).replace(os.sep, "/")
        yield Problem(
            code="shadowed-function",
            severity=Severity.WARNING,
            message=(
                f"This `{name}` is never served, because the name is redefined on "
                f"line {later.span.line}. Rename one of them."
            ),
            folder=folder,
            file=file,
            span=earlier.name_span,
            related=(
                RelatedPlace(file, folder, later.name_span, f"Redefined here: {name}"),
            ),
        )


def _is_registered(source: Source, module: Module, placed: Placed) -> bool:
    definition = placed.binding.definition
    if definition is None:
        return False
    return any(
        isinstance(meaning, str) and registration_of(meaning)
        for decorator in definition.decorators
        for meaning in source.facts.names.meanings(module, decorator.target)
    )


def _is_twin(
    source: Source, earlier: Placed, later: Placed, bindings: list[Placed]
) -> bool:
    """Return whether a served function hides one with the same parameter names."""
    if not earlier.binding.definition or not later.binding.definition:
        return False
    if earlier.binding.definition.decorators or bindings[-1] is not later:
        return False
    served = {found.placed.name_span for found in source.facts.functions}
    return later.name_span in served and [
        p.name for p in earlier.binding.definition.parameters
    ] == [p.name for p in later.binding.definition.parameters]


def shadowed_modules(context: Context) -> Iterator[Problem]:
    """Yield a problem for each import that doesn't load the file next to it.

    Production puts the source folder last on sys.path, after the standard library
    and installed packages.
    """
    reported: set[tuple[str, int]] = set()
    for source in context.sources:
        for module in source.modules:
            for placed in module.imports:
                key = (module.path, placed.span.line)
                problem = None if key in reported else _hidden(source, module, placed)
                if problem is not None:
                    reported.add(key)
                    yield problem


def _hidden(source: Source, module: Module, placed: Placed) -> Problem | None:
    binding = placed.binding
    first = binding.imported.partition(".")[0]
    if binding.level or binding.condition is not Condition.ALWAYS:
        return None
    if first not in sys.stdlib_module_names and first not in FRAMEWORK_MODULES:
        return None
    local = source.folder.find(os.path.join(source.root, first + ".py"))
    if local is None or not _means_local(module, placed, local):
        return None
    owner = "Python's own module" if first in sys.stdlib_module_names else "the package"
    folder = source.folder.folder
    return Problem(
        code="shadowed-module",
        severity=Severity.WARNING,
        message=(
            f"In production this imports {owner} `{first}`, not `{first}.py`, because "
            "the folder of a source is last on `sys.path`. Rename the file, or write "
            f"`from . import {first}`."
        ),
        folder=folder,
        file=os.path.relpath(module.path, folder).replace(os.sep, "/"),
        span=placed.name_span,
    )


def _means_local(module: Module, placed: Placed, local: Module) -> bool:
    """Return whether the local file defines what is imported or used."""
    binding = placed.binding
    if binding.kind is BindingKind.STAR:
        return bool(local.names)
    rest = binding.imported.partition(".")[2].partition(".")[0]
    if rest:
        return rest in local.names
    used = re.findall(rf"(?<![\w.]){re.escape(binding.name)}\.(\w+)", module.text)
    own = {name for name, items in local.names.items() if _defines(items)}
    return not own.isdisjoint(used)


def _defines(bindings: tuple[Placed, ...]) -> bool:
    return any(item.binding.kind is not BindingKind.IMPORT for item in bindings)
