"""The lenses above a function: what it does now, and what a click would do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.features import commands
from funclens.runner.state import RunnerState, UnitState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.features.positions import Places
    from funclens.features.snapshot import Snapshot
    from funclens.model import Function

__all__ = ["code_lenses", "lens_commands"]

_LONGEST_ERROR = 60
"""Characters of an error in a lens; the rest is in the diagnostic."""


def code_lenses(snapshot: Snapshot, path: str, places: Places) -> list[types.CodeLens]:
    """Return the lenses of one file, in the order of its functions.

    None in a workspace that is not trusted, where no click would be obeyed, and
    none when the setting `code-lens` is off.
    """
    if not snapshot.trusted or not snapshot.code_lens:
        return []
    functions = snapshot.by_file.get(path, ())
    served = Counter(function.name_span for function in functions)
    return [
        types.CodeLens(range=places.range(path, function.name_span), command=command)
        for function in functions
        for command in lens_commands(
            snapshot, function, name_unit=served[function.name_span] > 1
        )
    ]


def lens_commands(
    snapshot: Snapshot, function: Function, *, name_unit: bool = False
) -> Iterator[types.Command]:
    """Yield the commands that fit the function's state, the main one first.

    `name_unit` tells the lenses of one definition apart that several units serve.
    """
    suffix = f" ({function.unit})" if name_unit else ""
    state = snapshot.runner.state
    if state is RunnerState.STOPPED:
        yield commands.run(function, "Run locally" + suffix)
    elif state is RunnerState.STARTING:
        yield commands.run(function, "Starting…" + suffix)
    else:
        yield _state_command(snapshot, function, suffix)
    yield commands.debug(function, "Debug" + suffix)
    if state is RunnerState.RUNNING:
        yield commands.stop(function, "Stop")


def _state_command(
    snapshot: Snapshot, function: Function, suffix: str
) -> types.Command:
    status = snapshot.status_of(function.unit)
    url = snapshot.url_of(function)
    if status.state is UnitState.STARTING:
        return commands.run(function, "Starting…" + suffix)
    if status.state is UnitState.FAILED:
        error = status.failure.error if status.failure else "The unit does not load"
        return commands.run(function, f"✗ {shorten(error)}{suffix}")
    sign = "●" if status.state is UnitState.READY else "○"
    return commands.open_url(function, f"{sign} {url}{suffix}")


def shorten(error: str) -> str:
    """Return the first line of an error, cut to what fits above a function."""
    line = error.strip().partition("\n")[0]
    return line if len(line) <= _LONGEST_ERROR else line[: _LONGEST_ERROR - 1] + "…"
