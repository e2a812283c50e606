"""Find the quick fixes for the problems and functions in a selection."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.features.commands import SHOW
from funclens.features.diagnostics import SOURCE
from funclens.features.fixes.comments import ignore_problem, not_a_function
from funclens.features.fixes.decorator_edits import (
    add_decorator,
    make_aio,
    take_arguments,
)
from funclens.features.fixes.edits import place_elsewhere
from funclens.features.fixes.endpoints import (
    go_to_others,
    name_endpoint,
    rename_function,
)
from funclens.features.fixes.environments_fix import set_up
from funclens.features.fixes.fix import Context
from funclens.features.fixes.manifests import (
    add_requirement,
    correct_name,
    switch_off,
)
from funclens.features.kinds import KIND_FIX
from funclens.features.problems import OF_EVENTS, problems_by_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from funclens.features.client_profile import ClientProfile
    from funclens.features.fixes.fix import Fix
    from funclens.features.position_encoding import Places
    from funclens.features.snapshot import Snapshot
    from funclens.model import Problem

__all__ = ["quick_fixes"]

_FIXES: dict[str, tuple[Callable[[Context, Problem], Iterator[Fix]], ...]] = {
    "duplicate-endpoint": (name_endpoint, rename_function, go_to_others),
    "deploy-name-conflict": (name_endpoint, rename_function, go_to_others),
    "async-without-aio": (make_aio,),
    "invalid-signature": (take_arguments,),
    "missing-requirement": (add_requirement,),
    "unknown-entry-point": (correct_name,),
    "import-error": (set_up,),
}


def quick_fixes(
    snapshot: Snapshot,
    path: str,
    params: types.CodeActionParams,
    places: Places,
    profile: ClientProfile,
) -> list[types.CodeAction]:
    """Return the fixes for a selection, the preferred fix of each problem first."""
    context = Context(snapshot, places, path, can_create=profile.creates_files)
    act = partial(_action, context, profile)
    first, last = params.range.start.line + 1, params.range.end.line + 1
    found = []
    for problem in problems_by_file(snapshot, places).get(path, ()):
        if problem.span.line <= last and first <= problem.span.end_line:
            shown = _shown(params.context.diagnostics, problem, places, path)
            for fixes in _FIXES.get(problem.code, ()):
                found += [act(fix, shown) for fix in fixes(context, problem)]
            if problem.code not in OF_EVENTS:
                for fixes in (ignore_problem, switch_off):
                    found += [act(fix, shown) for fix in fixes(context, problem)]
    for function in snapshot.by_file.get(path, ()):
        if first <= function.name_span.line <= last:
            for offers in (add_decorator, not_a_function):
                found += [act(fix, []) for fix in offers(context, function)]
    return found


def _shown(
    diagnostics: Sequence[types.Diagnostic],
    problem: Problem,
    places: Places,
    path: str,
) -> list[types.Diagnostic]:
    """Return the client's diagnostics that match this problem."""
    where = places.range(path, problem.span)
    return [
        item
        for item in diagnostics
        if (item.source, item.code, item.range) == (SOURCE, problem.code, where)
    ]


def _action(
    context: Context,
    profile: ClientProfile,
    fix: Fix,
    diagnostics: list[types.Diagnostic],
) -> types.CodeAction:
    return types.CodeAction(
        title=fix.title,
        kind=KIND_FIX,
        diagnostics=diagnostics or None,
        is_preferred=fix.is_preferred or None,
        edit=fix.edit,
        command=fix.command or _show_edit(fix, context, profile),
    )


def _show_edit(
    fix: Fix, context: Context, profile: ClientProfile
) -> types.Command | None:
    """Return what shows the edit of a file that may not be open."""
    if fix.edit is None or not profile.show_document:
        return None
    place = place_elsewhere(fix.edit, context.places.uri_of(context.path))
    if place is None:
        return None
    uri, line = place
    arguments = [{"uri": uri, "line": line + 1}]
    return types.Command("Show the edit", SHOW, arguments=arguments)
