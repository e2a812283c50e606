"""All rules; applies the severities from settings and the ignore comments."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.catalog.rules.at_import.threads import threads_at_import
from funclens.catalog.rules.conflicts import (
    deploy_name_conflicts,
    invalid_queue_names,
)
from funclens.catalog.rules.context import Context
from funclens.catalog.rules.duplicates import (
    duplicate_endpoints,
    duplicates_in_production,
)
from funclens.catalog.rules.entries import (
    missing_sources,
    trigger_mismatches,
    unknown_entry_points,
)
from funclens.catalog.rules.invalid_schedules import invalid_schedules
from funclens.catalog.rules.requirements import (
    invalid_requirements,
    missing_requirements,
)
from funclens.catalog.rules.results import aio_return_types, returns_of_none
from funclens.catalog.rules.shadows import shadowed_functions, shadowed_modules
from funclens.catalog.rules.signatures import asyncs_without_aio, invalid_signatures
from funclens.catalog.rules.syntax_errors import syntax_errors
from funclens.catalog.rules.targets import deployed_targets, wrapped_targets
from funclens.dataclass import dataclass
from funclens.discovery.cache import CacheKey
from funclens.discovery.files.notes import reason_of
from funclens.discovery.scoring.overrides import ignored_codes
from funclens.model import Problem, Severity
from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from funclens.catalog.rules.context import Served, Source
    from funclens.discovery import FolderFacts, WorkspaceFacts
    from funclens.discovery.resolve.facts import Module

__all__ = ["CODES", "MEASURED_CODES", "judged", "problems_of"]

Rule = Callable[[Context], Iterator[Problem]]

_OF_SOURCES: dict[str, Rule] = {
    "shadowed-function": shadowed_functions,
    "invalid-signature": invalid_signatures,
    "async-without-aio": asyncs_without_aio,
    "not-a-function-target": wrapped_targets,
    "invalid-queue-name": invalid_queue_names,
    "aio-return-type": aio_return_types,
    "returns-none": returns_of_none,
    "missing-requirement": missing_requirements,
    "invalid-requirement": invalid_requirements,
    "shadowed-module": shadowed_modules,
    "thread-at-import": threads_at_import,
    "syntax-error-in-unit": syntax_errors,
}
"""Rules for one source at a time; rerun only when it changes."""

_OF_WORKSPACES: dict[str, Rule] = {
    "duplicate-endpoint": duplicate_endpoints,
    "deploy-name-conflict": deploy_name_conflicts,
    "unknown-entry-point": unknown_entry_points,
    "trigger-mismatch": trigger_mismatches,
    "missing-source": missing_sources,
    "invalid-schedule": invalid_schedules,
    "not-a-function-target": deployed_targets,
}
"""Rules that need all functions and deploy files."""

_OF_PRODUCTION = {**_OF_WORKSPACES, "duplicate-endpoint": duplicates_in_production}
"""Rules for `funclens check`, without problems of the local runner."""

CODES = tuple(sorted({*_OF_SOURCES, *_OF_WORKSPACES}))
"""Stable codes of all rules."""

MEASURED_CODES = ("import-error", "slow-cold-start")
"""Codes of problems that `check` finds only by loading units."""

_OFF = "off"


@dataclass(slots=True)
class _Kept:
    """The problems of a source, and the modules they depend on."""

    looked_at: dict[str, Module | None]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    revision: int
    """Latest revision of the folder's facts for which they are valid."""

    def is_current(self, folder: FolderFacts) -> bool:
        """Return whether they are valid for the current facts of the folder."""
        if self.revision != folder.revision and not self._is_untouched(folder):
            return False
        self.revision = folder.revision
        return True

    def _is_untouched(self, folder: FolderFacts) -> bool:
        if folder.changed is not None and self.revision == folder.revision - 1:
            return self.looked_at.keys().isdisjoint(folder.changed)
        return all(folder.find(path) is was for path, was in self.looked_at.items())


_PROBLEMS: CacheKey[_Kept] = CacheKey()


def problems_of(
    context: Context, *, in_production: bool = False
) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Return the problems of a workspace, ordered by folder, file and position.

    Also returns notes about rules that raised; a failing rule loses only its own
    problems.
    """
    folders = {folder.folder: folder for folder in context.facts.folders}
    rules = _OF_PRODUCTION if in_production else _OF_WORKSPACES
    found, notes = _ask(rules, context)
    for source, served in context.by_source:
        # The source's facts may be older than those of its folder.
        kept = _of_source(context, source, folders[source.folder.folder], served)
        found += kept.problems
        notes += kept.notes
    return judged(found, context.facts), tuple(notes)


def judged(problems: Iterable[Problem], facts: WorkspaceFacts) -> tuple[Problem, ...]:
    """Return problems with the severities from settings, in order.

    Without those that settings or comments turn off.
    """
    folders = {folder.folder: folder for folder in facts.folders}
    found = [
        problem_as_set
        for problem in dict.fromkeys(problems)
        if (problem_as_set := _as_set(problem, folders[problem.folder]))
        and not _is_silenced(problem, folders[problem.folder])
    ]
    found.sort(key=lambda item: (item.folder, item.file, item.span, item.code))
    return tuple(found)


def _ask(
    rules: dict[str, Rule], context: Context, source: str = ""
) -> tuple[list[Problem], list[str]]:
    """Return what rules find, and notes about those that raise."""
    found: list[Problem] = []
    notes: list[str] = []
    for code, rule in rules.items():
        try:
            found += [*rule(context)]
        except Exception as error:  # noqa: BLE001, PERF203 - an edge: noted, the rest goes on
            where = f" for {printable(source)}" if source else ""
            notes.append(f"skipped rule {code}{where}: {reason_of(error)}")
    return found, notes


def _of_source(
    context: Context, source: Source, folder: FolderFacts, served: Sequence[Served]
) -> _Kept:
    """Return the problems of one source, cached until a dependency changes.

    A source gets new facts when a module it imports, a nearby file or its environment
    changes. Anything else that rules read is recorded here.
    """
    kept = source.facts.cache.get(_PROBLEMS)
    if kept is not None and kept.is_current(folder):
        return kept
    looked_at: dict[str, Module | None] = {}

    def find(path: str) -> Module | None:
        found = looked_at[path] = folder.find(path)
        return found

    noted = replace(source, folder=replace(folder, find=find))
    alone = Context(context.facts, [replace(item, source=noted) for item in served], ())
    problems, notes = _ask(_OF_SOURCES, alone, source.facts.source)
    return source.facts.cache.keep(
        _PROBLEMS, _Kept(looked_at, tuple(problems), tuple(notes), folder.revision)
    )


def _as_set(problem: Problem, folder: FolderFacts) -> Problem | None:
    """Return the problem with the severity from the settings; None if it is off."""
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
