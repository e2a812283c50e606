"""Code actions with the commands of the lenses, for editors without code lenses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.features.fixes import quick_fixes
from funclens.features.kinds import KIND_FIX, KIND_RUN
from funclens.features.lenses import lens_commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from funclens.features.client_profile import ClientProfile
    from funclens.features.position_encoding import Places
    from funclens.features.snapshot import Snapshot
    from funclens.model import Function

__all__ = ["code_actions"]

"""A `source` kind: listed on request, without a light bulb at each function."""


def code_actions(
    snapshot: Snapshot,
    path: str,
    params: types.CodeActionParams,
    places: Places,
    profile: ClientProfile,
) -> list[types.CodeAction | types.Command]:
    """Return the code actions for a selection.

    Fixes don't require trust, because they only edit text. Clients that support only
    commands get no fixes.
    """
    found: list[types.CodeAction | types.Command] = []
    if profile.code_action_literals and _wanted(KIND_FIX, params.context.only):
        found += quick_fixes(snapshot, path, params, places, profile)
    if snapshot.trusted and _wanted(KIND_RUN, params.context.only):
        found += _run_actions(snapshot, path, params.range, profile)
    return found


def _run_actions(
    snapshot: Snapshot, path: str, selection: types.Range, profile: ClientProfile
) -> Sequence[types.CodeAction | types.Command]:
    first, last = selection.start.line + 1, selection.end.line + 1
    touched = [
        function
        for function in snapshot.by_file.get(path, ())
        if function.span.line <= last and first <= function.span.end_line
    ]
    commands = [
        command
        for function in touched
        for command in _named_commands(snapshot, function)
    ]
    if not profile.code_action_literals:
        return commands
    return [
        types.CodeAction(title=command.title, kind=KIND_RUN, command=command)
        for command in commands
    ]


def _named_commands(snapshot: Snapshot, function: Function) -> Iterable[types.Command]:
    for command in lens_commands(snapshot, function):
        command.title = f"{command.title}: {function.qualified_name}"
        yield command


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    if not only:
        return True
    return any(kind == wish or kind.startswith(f"{wish}.") for wish in only)
