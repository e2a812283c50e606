"""`not-a-function-target`: entry points that production rejects."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.catalog.rules.context import problem_at
from funclens.discovery.resolve.imports import Local
from funclens.discovery.scoring.frameworks import registration_of
from funclens.discovery.syntax.statements import BindingKind
from funclens.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context, Served
    from funclens.discovery import FolderFacts
    from funclens.discovery.folder import RefusedEntry

__all__ = ["deployed_targets", "wrapped_targets"]

_OBJECTS = {
    "functools.lru_cache": "an object of `functools.lru_cache`",
    "functools.cache": "an object of `functools.cache`",
    "functools.partial": "a `functools.partial`",
    "functools.singledispatch": "",
    "celery.shared_task": "a Celery task",
    "click.command": "a Click command",
}


def wrapped_targets(context: Context) -> Iterator[Problem]:
    """Yield a problem for each function that a decorator turns into an object."""
    for served in context.definitions:
        kind = _outer_object(served)
        if kind:
            yield problem_at(
                served,
                "not-a-function-target",
                Severity.ERROR,
                f"`{served.function.name}` cannot be loaded in production: its "
                f"outermost decorator returns {kind}, not a function. Move that "
                "decorator below the framework's, or to a separate function.",
            )


def deployed_targets(context: Context) -> Iterator[Problem]:
    """Yield a problem for each class or object named as an entry point."""
    for folder in context.facts.folders:
        for refused in folder.refused_entries:
            yield _refused(folder, refused)


def _outer_object(served: Served) -> str:
    """Return what the decorators above the framework's turn the function into."""
    names = served.source.facts.names
    module = served.source.folder.find(served.found.path)
    if module is None:
        return ""
    for decorator in served.found.definition.decorators:
        for meaning in names.meanings(module, decorator.target):
            if isinstance(meaning, Local):
                continue
            if registration_of(meaning):
                return ""
            if _OBJECTS.get(meaning):
                return _OBJECTS[meaning]
    return ""


def _refused(folder: FolderFacts, refused: RefusedEntry) -> Problem:
    binding = refused.placed.binding
    kind = {
        BindingKind.CLASS: "a class",
        BindingKind.CALL: "what a call returns",
    }.get(binding.kind, "a value")
    where = os.path.relpath(refused.deployment.file, folder.folder)
    return Problem(
        code="not-a-function-target",
        severity=Severity.ERROR,
        message=(
            f"This cannot be loaded in production: it is {kind}, not a function. Write "
            "a `def` that calls it, and use that as the entry point in "
            f"`{where.replace(os.sep, '/')}`."
        ),
        folder=folder.folder,
        file=os.path.relpath(refused.source, folder.folder).replace(os.sep, "/"),
        span=refused.placed.name_span,
    )
