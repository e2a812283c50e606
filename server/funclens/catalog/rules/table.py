"""All rules, the severities that people set, and the comments that silence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.catalog.rules.conflicts import deploy_name_conflicts
from funclens.catalog.rules.context import Context
from funclens.catalog.rules.duplicates import duplicate_endpoints
from funclens.catalog.rules.entries import unknown_entry_points
from funclens.catalog.rules.requirements import (
    invalid_requirements,
    missing_requirements,
)
from funclens.catalog.rules.results import aio_return_types, returns_of_none
from funclens.catalog.rules.shadows import shadowed_functions, shadowed_modules
from funclens.catalog.rules.signatures import asyncs_without_aio, invalid_signatures
from funclens.catalog.rules.syntax import syntax_errors
from funclens.catalog.rules.targets import deployed_targets, wrapped_targets
from funclens.discovery.scoring.overrides import ignored_codes
from funclens.model import Problem, Severity

if TYPE_CHECKING:
    from funclens.catalog.rules.context import Source
    from funclens.discovery import FolderFacts

__all__ = ["CODES", "problems_of"]

Rule = Callable[[Context], Iterator[Problem]]

_OF_SOURCES: dict[str, Rule] = {
    "shadowed-function": shadowed_functions,
    "invalid-signature": invalid_signatures,
    "async-without-aio": asyncs_without_aio,
    "not-a-function-target": wrapped_targets,
    "aio-return-type": aio_return_types,
    "returns-none": returns_of_none,
    "missing-requirement": missing_requirements,
    "invalid-requirement": invalid_requirements,
    "shadowed-module": shadowed_modules,
    "syntax-error-in-unit": syntax_errors,
}
"""Rules that look at one source at a time: asked again only when it changes."""

_OF_WORKSPACES: dict[str, Rule] = {
    "duplicate-endpoint": duplicate_endpoints,
    "deploy-name-conflict": deploy_name_conflicts,
    "unknown-entry-point": unknown_entry_points,
    "not-a-function-target": deployed_targets,
}
"""Rules that look at all functions and deploy files together."""

CODES = tuple(sorted({*_OF_SOURCES, *_OF_WORKSPACES}))
"""The stable codes of all rules."""

_OFF = "off"


def problems_of(context: Context) -> tuple[Problem, ...]:
    """Return the problems of a workspace in the order of folder, file and place."""
    folders = {folder.folder: folder for folder in context.facts.folders}
    found = [problem for rule in _OF_WORKSPACES.values() for problem in rule(context)]
    for source in context.sources:
        found += _of_source(context, source)
    judged = [
        judged
        for problem in dict.fromkeys(found)
        if (judged := _as_set(problem, folders[problem.folder]))
        and not _is_silenced(problem, folders[problem.folder])
    ]
    judged.sort(key=lambda item: (item.folder, item.file, item.span, item.code))
    return tuple(judged)


def _of_source(context: Context, source: Source) -> tuple[Problem, ...]:
    """Return the problems of one source, kept as long as its facts are."""
    kept: tuple[Problem, ...] | None = source.facts.derived.get(__name__)
    if kept is None:
        own = [item for item in context.served if item.source is source]
        alone = Context(context.facts, own, ())
        kept = tuple(
            problem for rule in _OF_SOURCES.values() for problem in rule(alone)
        )
        source.facts.derived[__name__] = kept
    return kept


def _as_set(problem: Problem, folder: FolderFacts) -> Problem | None:
    """Return the problem with the severity that the settings give its code."""
    wanted = folder.settings.severity.get(problem.code)
    if wanted is None:
        return problem
    if wanted == _OFF:
        return None
    try:
        return replace(problem, severity=Severity(wanted))
    except ValueError:
        return problem


def _is_silenced(problem: Problem, folder: FolderFacts) -> bool:
    if not problem.file.endswith(".py"):
        return False
    module = folder.find(os.path.join(folder.folder, *problem.file.split("/")))
    if module is None or not module.comments:
        return False
    codes = ignored_codes(module, problem.span.line)
    return problem.code in codes or "*" in codes
