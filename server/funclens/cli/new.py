"""`funclens new`: write a new function with its requirements and a first test."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from funclens.cli.folders import add_folder, workspace_folders
from funclens.cli.terminal import as_text, print_json
from funclens.scaffold import KINDS, event_kinds, plan_unit, write_unit

if TYPE_CHECKING:
    import argparse

    from funclens.scaffold import NewUnit

__all__ = ["add_arguments", "execute"]

VERSION = 1
"""Version of the JSON output."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "name",
        metavar="NAME",
        help="name of the function and of its new folder, which can be a path: "
        "payments/charge",
    )
    add_folder(parser)
    parser.add_argument(
        "--kind",
        metavar="|".join(kind.name for kind in KINDS),
        default="http",
        help="what calls the function (default: http)",
    )
    parser.add_argument(
        "--event",
        metavar="TYPE",
        default="",
        help="event that a function of kind cloudevent takes (default: pubsub); one of "
        + ", ".join(item.name for item in event_kinds()),
    )
    parser.add_argument("--json", action="store_true", help="print JSON for scripts")


def execute(arguments: argparse.Namespace) -> int:
    """Write the files and print their paths."""
    (folder,) = workspace_folders([arguments.folder])
    unit = plan_unit(folder, arguments.name, arguments.kind, arguments.event)
    files = write_unit(unit)
    if arguments.json:
        made = {
            "version": VERSION,
            "function": unit.function,
            "folder": unit.folder,
            "files": files,
            "line": unit.line,
        }
        print_json(made)
    else:
        sys.stdout.write(as_text(_told(unit, files)))
    return 0


def _told(unit: NewUnit, files: list[str]) -> list[str]:
    return [
        *(f"created {os.path.relpath(file)}" for file in files),
        "",
        f"Test it with 'pytest {os.path.relpath(files[-1])}'.",
        f"Serve it with 'funclens run', call it with 'funclens call {unit.function}'.",
    ]
