"""`funclens setup`: create environments for the units that lack one."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

from funclens.cli import stderr
from funclens.cli.folders import add_folders
from funclens.cli.opened import open_workspace
from funclens.cli.terminal import as_text, print_json
from funclens.errors import FunclensError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from funclens.environments import EnvironmentPlan
    from funclens.model import Catalog, Unit

__all__ = ["add_arguments", "execute"]

VERSION = 1
"""Version of the JSON output."""

_SHOWN_LINES = 20
"""Number of an installer's last lines to print if it fails."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_folders(parser)
    parser.add_argument(
        "--unit",
        action="append",
        metavar="NAME",
        help="set up this unit, even if it has an environment (repeatable)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON for scripts")
    parser.add_argument(
        "--verbose", action="store_true", help="print the installer's output"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Create the environments; return 1 if one of them failed."""
    if os.name != "posix":
        raise UsageError(
            "environments are made on Linux and macOS only",
            hint="make one yourself: py -m venv .venv",
        )
    from funclens.environments import plan_all  # noqa: PLC0415

    opened = open_workspace(arguments.folders, problems=False)
    catalog, pythons = opened.catalog, opened.pythons
    units = _chosen(catalog, arguments.unit, pythons)
    results = [
        _set_up(plan, those, arguments)
        for plan, those in plan_all(units, catalog, pythons)
    ]
    if arguments.json:
        print_json({"version": VERSION, "environments": results})
    elif not results:
        sys.stdout.write(as_text([_nothing_to_do(catalog)]))
    return 1 if any(result["error"] for result in results) else 0


def _chosen(
    catalog: Catalog, names: Sequence[str] | None, pythons: Mapping[str, str]
) -> list[Unit]:
    """Return the units to set up. Raises UsageError for an unknown name."""
    from funclens.environments import units_without_environment  # noqa: PLC0415

    if not names:
        return units_without_environment(catalog, pythons)
    known = {unit.id: unit for unit in catalog.units}
    for name in names:
        if name not in known:
            raise UsageError(
                f"no unit '{name}'",
                hint=f"units: {', '.join(known)}" if known else "no units found",
            )
    return [known[name] for name in dict.fromkeys(names)]


def _set_up(
    plan: EnvironmentPlan | FunclensError,
    units: Sequence[Unit],
    arguments: argparse.Namespace,
) -> dict[str, Any]:
    from funclens.environments import EnvironmentBuild  # noqa: PLC0415

    names = [unit.id for unit in units]
    result: dict[str, Any] = {"units": names, "folder": None, "python": None}
    if isinstance(plan, FunclensError):
        stderr.error(plan)
        return {**result, "error": str(plan), "hint": plan.hint}
    result.update(folder=plan.folder, python=plan.python)
    place = os.path.relpath(plan.folder)
    _say(f"{', '.join(names)}: installing {plan.requirements.shown} into {place}")
    began = time.monotonic()
    show = _say_indented if arguments.verbose else _keep_quiet
    build = EnvironmentBuild(plan, show)
    try:
        build.run()
    except FunclensError as error:
        if not arguments.verbose:
            stderr.note(*(f"  {line}" for line in [*build.last_lines][-_SHOWN_LINES:]))
        stderr.error(error)
        return {**result, "error": str(error), "hint": error.hint}
    _say(f"{', '.join(names)}: done in {time.monotonic() - began:.1f} s")
    return {**result, "error": None, "hint": ""}


def _nothing_to_do(catalog: Catalog) -> str:
    if not catalog.units:
        return "No functions found, so there is nothing to set up."
    return "Every unit has an environment. Use --unit NAME to set one up again."


def _say(line: str) -> None:
    stderr.note(line)


def _say_indented(line: str) -> None:
    stderr.note(f"  {line}")


def _keep_quiet(_line: str) -> None:
    return
