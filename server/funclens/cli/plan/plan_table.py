"""The differences of a plan as a table, or as blocks on a narrow terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.cli.columns import terminal_columns, text_table
from funclens.cli.opened import counted
from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.plan.deployed_function import DeployedFunction
    from funclens.plan.differences import Difference

__all__ = ["plan_lines"]

_HEADERS = ("function", "differs in", "workspace", "deployed")
_WORDS = {
    "missing": ("in the workspace", "not deployed"),
    "extra": ("not in the workspace", "deployed"),
}
_WORDS_OF_FILES = {
    "missing": ("in the workspace", "in no deploy file"),
    "extra": ("not in the workspace", "in a deploy file"),
}


def plan_lines(
    found: Sequence[Difference],
    functions: int,
    deployed: Sequence[DeployedFunction] | None,
) -> list[str]:
    """Return the lines of a report; `deployed` is None for deploy files only."""
    if not found:
        return [f"No differences ({counted(functions, 'function')})."]
    words = _WORDS_OF_FILES if deployed is None else _WORDS
    regions = len({item.region for item in deployed or () if item.region}) > 1
    projects = len({item.project for item in deployed or () if item.project}) > 1
    rows = []
    for item in found:
        here, there = words.get(item.fact, (item.workspace, item.deployed))
        place = [item.project if projects else "", item.region if regions else ""]
        shown = ", ".join(filter(None, place))
        name = f"{item.name} ({shown})" if shown else item.name
        rows.append((name, item.fact, here, there))
    lines = text_table(rows, _HEADERS)
    columns = terminal_columns()
    if columns is not None and max(map(len, lines)) > columns:
        lines = _blocks(rows)
    differing = len({item.name for item in found})
    summary = f"{counted(len(found), 'difference')} in {counted(differing, 'function')}"
    return [*lines, "", summary]


def _blocks(rows: Sequence[tuple[str, str, str, str]]) -> list[str]:
    """Return one block for each function."""
    lines: list[str] = []
    before = ""
    for name, fact, here, there in rows:
        if name != before:
            lines += [*([""] if lines else []), printable(name)]
            before = name
        if fact in _WORDS:
            lines.append(f"  {fact}: {here}, {there}")
            continue
        lines.append(f"  {fact}")
        lines.append(f"    workspace: {printable(here)}")
        lines.append(f"    deployed:  {printable(there)}")
    return lines
