"""`funclens list`: list the functions with their endpoints and routes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from funclens.cli.columns import terminal_columns, text_table
from funclens.cli.folders import add_folders
from funclens.cli.opened import (
    counted,
    nothing_found,
    open_workspace,
    warn_of_hidden,
)
from funclens.cli.terminal import as_text, print_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from funclens.discovery import Hidden
    from funclens.model import Catalog, Collision, Function

__all__ = ["add_arguments", "execute"]

_MOST_ROUTES = 5
"""Maximum number of routes in the warning about one collision."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_folders(parser)
    parser.add_argument("--json", action="store_true", help="print JSON for scripts")


def execute(arguments: argparse.Namespace) -> int:
    """Print the functions; return 0 even if there are none."""
    opened = open_workspace(
        arguments.folders,
        problems=arguments.json,
        hidden=True,
        prescan=arguments.prestarted,
    )
    if arguments.json:
        from funclens.catalog import listing  # noqa: PLC0415

        values = listing(opened.catalog, opened.notes)
        _add_next_runs(values["functions"], opened.catalog.functions)
        if state := _runner_state(opened.folders):
            values["runner"] = state
        values["hidden"] = [_hidden_json(*item) for item in opened.hidden]
        print_json(values)
    elif not opened.catalog.functions:
        sys.stdout.write(as_text(nothing_found(opened)))
    else:
        several = len(opened.folders) > 1
        sys.stdout.write(as_text(table(opened.catalog, several_folders=several)))
    sys.stdout.flush()
    warn_of_hidden(opened)
    return 0


def table(catalog: Catalog, *, several_folders: bool = False) -> list[str]:
    """Return functions and collisions as lines for a terminal."""
    rows = [_row(function, several_folders) for function in catalog.functions]
    headers = ["endpoint", "route", "type", "found by", "defined at"]
    lines = text_table(rows, headers, terminal_columns())
    functions = counted(len(catalog.functions), "function")
    summary = f"{functions} in {counted(len(catalog.units), 'unit')}"
    lines += ["", summary]
    lines += [_collision_line(collision) for collision in catalog.collisions]
    return lines


def _runner_state(folders: Sequence[str]) -> dict[str, Any] | None:
    """Return what the runner of the folders says about itself, if there is one."""
    from funclens.runner.api.registry import find_addresses  # noqa: PLC0415

    if not find_addresses(folders):
        return None
    import asyncio  # noqa: PLC0415

    from funclens.errors import RunnerError  # noqa: PLC0415
    from funclens.runner.api.client import find_runner  # noqa: PLC0415

    async def ask() -> dict[str, Any] | None:
        client = await find_runner(folders)
        return None if client is None else (await client.functions()).get("runner")

    try:
        return asyncio.run(ask())
    except RunnerError:  # it has just ended
        return None


def _add_next_runs(
    values: Iterable[dict[str, Any]], functions: Iterable[Function]
) -> None:
    """Add when scheduled functions run next, in the time zone of the schedule."""
    from datetime import datetime, timezone  # noqa: PLC0415  # the table does without

    from funclens.schedules import next_run, schedules_of  # noqa: PLC0415

    now = datetime.now(timezone.utc)
    for value, function in zip(values, functions, strict=True):
        if schedules_of(function) and (run := next_run(function, now)):
            value["next_run"] = run.isoformat(timespec="seconds")


def _hidden_json(folder: str, hidden: Hidden) -> dict[str, Any]:
    return {
        "folder": folder,
        "place": hidden.place,
        "functions": hidden.functions,
        "include": hidden.pattern,
    }


def _row(function: Function, several_folders: bool) -> list[str]:  # noqa: FBT001
    kind = function.signature_type.value + (" async" if function.is_async else "")
    if function.trigger:
        kind += f" ({function.trigger})"
    place = f"{function.file}:{function.span.line}"
    if several_folders:
        place = f"{function.folder}/{place}"
    evidence = function.evidence[0] if function.evidence else ""
    return [function.endpoint, function.route, kind, evidence, place]


def _collision_line(collision: Collision) -> str:
    shown = collision.functions[:_MOST_ROUTES]
    routes = ", ".join(f"/{function}" for function in shown)
    if len(collision.functions) > len(shown):
        routes += f" and {len(collision.functions) - len(shown)} more"
    return f"warning: duplicate endpoint /{collision.endpoint}; use {routes}"
