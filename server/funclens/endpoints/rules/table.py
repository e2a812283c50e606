"""All rules, the severities that people set, and the comments that silence."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.endpoints.rules.conflicts import deploy_name_conflicts
from funclens.endpoints.rules.duplicates import duplicate_endpoints
from funclens.endpoints.rules.entries import unknown_entry_points
from funclens.endpoints.rules.requirements import missing_requirements
from funclens.endpoints.rules.results import aio_return_types, returns_of_none
from funclens.endpoints.rules.shadows import shadowed_functions, shadowed_modules
from funclens.endpoints.rules.signatures import (
    asyncs_without_aio,
    invalid_signatures,
)
from funclens.endpoints.rules.syntax import syntax_errors
from funclens.endpoints.rules.targets import targets_that_are_no_functions
from funclens.index.claims import ignored_codes
from funclens.model import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from funclens.endpoints.rules.context import Context
    from funclens.index import FolderFacts
    from funclens.model import Problem

__all__ = ["CODES", "problems_of"]

CODES: dict[str, Callable[[Context], Iterator[Problem]]] = {
    "duplicate-endpoint": duplicate_endpoints,
    "deploy-name-conflict": deploy_name_conflicts,
    "shadowed-function": shadowed_functions,
    "invalid-signature": invalid_signatures,
    "async-without-aio": asyncs_without_aio,
    "not-a-function-target": targets_that_are_no_functions,
    "aio-return-type": aio_return_types,
    "returns-none": returns_of_none,
    "missing-requirement": missing_requirements,
    "shadowed-module": shadowed_modules,
    "unknown-entry-point": unknown_entry_points,
    "syntax-error-in-unit": syntax_errors,
}
"""The stable code of each rule, and the rule."""

_OFF = "off"


def problems_of(context: Context) -> tuple[Problem, ...]:
    """Return the problems of a workspace in the order of folder, file and place."""
    folders = {folder.folder: folder for folder in context.facts.folders}
    found: list[Problem] = []
    for rule in CODES.values():
        for problem in rule(context):
            judged = _as_set(problem, folders[problem.folder])
            if judged is not None and not _is_silenced(
                problem, folders[problem.folder]
            ):
                found.append(judged)
    found.sort(key=lambda item: (item.folder, item.file, item.span, item.code))
    return tuple(found)


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
