"""Code actions: the lenses' commands, for editors that show no lenses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.features.lenses import lens_commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from funclens.features.client import ClientProfile
    from funclens.features.snapshot import Snapshot
    from funclens.model import Function

__all__ = ["KIND_RUN", "code_actions"]

KIND_RUN = "source.funclens"
"""A `source` kind: listed when asked for, and no light bulb at each function."""


def code_actions(
    snapshot: Snapshot,
    path: str,
    params: types.CodeActionParams,
    profile: ClientProfile,
) -> list[types.CodeAction | types.Command]:
    """Return what can be done with the functions that the selection touches."""
    if not snapshot.trusted or not _wanted(KIND_RUN, params.context.only):
        return []
    first, last = params.range.start.line + 1, params.range.end.line + 1
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
        return list(commands)
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
