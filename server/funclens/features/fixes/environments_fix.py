"""Offers an environment to a unit that fails to import a package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.features import commands
from funclens.features.fixes.fix import Fix
from funclens.features.snapshot import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.features.fixes.fix import Context
    from funclens.model import Problem

__all__ = ["set_up"]


def set_up(context: Context, problem: Problem) -> Iterator[Fix]:
    """Yield the set-up of each unit that the problem may be about."""
    snapshot = context.snapshot
    if not snapshot.trusted:
        return
    path = absolute(problem.folder, problem.file)
    for unit in snapshot.catalog.units:
        failure = snapshot.status_of(unit.id).failure
        if failure is None or path != (failure.file or unit.source):
            continue
        if snapshot.need_of(unit.id) is not None:
            title = f"Set up environment for {unit.id}"
            argument = {"unit": unit.id}
            command = types.Command(
                title=title, command=commands.SET_UP, arguments=[argument]
            )
            yield Fix(title, command=command, is_preferred=True)
