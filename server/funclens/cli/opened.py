"""The workspace of a command line, read once, for list and check."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import TYPE_CHECKING

from funclens.cli import stderr
from funclens.cli.folders import workspace_folders
from funclens.printable import printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from funclens.discovery import Hidden
    from funclens.discovery.files.prescan.prescan import Prescan
    from funclens.model import Catalog

__all__ = [
    "Opened",
    "add_folders",
    "counted",
    "nothing_found",
    "open_workspace",
    "warn_of_hidden",
]

_MOST_PLACES = 3
"""Hidden files and folders that a message names."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The folders that a person named, and what is known of them."""

    folders: tuple[str, ...]
    """Absolute, in the order of the command line."""
    catalog: Catalog
    modules: int
    """Python files in the folders."""
    deploy_files: int
    """Files that were read for what they deploy."""
    notes: tuple[str, ...] = ()
    """Sentences about what could not be read or looked for."""
    hidden: tuple[tuple[str, Hidden], ...] = ()
    """Workspace folder, and what an ignore file keeps out of it."""


def add_folders(parser: argparse.ArgumentParser) -> None:
    """Let a command take workspace folders."""
    parser.add_argument(
        "folders",
        nargs="*",
        metavar="FOLDER",
        default=["."],
        help="workspace folders (default: the current folder)",
    )


def open_workspace(
    folders: Sequence[str],
    *,
    problems: bool = True,
    in_production: bool = False,
    hidden: bool = False,
    prescan: Prescan | None = None,
) -> Opened:
    """Read the folders of a command line; warn about what could not be read.

    `hidden` asks for what ignore files keep out, too; `prescan` is a process that
    waits for folders to walk.
    """
    settings = workspace_folders(folders)
    if prescan is not None:
        prescan.begin(settings)
    from funclens.catalog import build_catalog  # noqa: PLC0415 - while folders are walked
    from funclens.discovery import Workspace  # noqa: PLC0415

    workspace = Workspace(list(settings), settings)
    workspace.load(prescan)
    facts = workspace.facts()
    catalog = build_catalog(facts, problems=problems, in_production=in_production)
    notes = (*facts.notes, *catalog.notes)
    for note in notes:
        stderr.warning(note)
    modules = sum(folder.counted.modules for folder in facts.folders)
    deploy_files = sum(folder.counted.deploy_files for folder in facts.folders)
    gc.freeze()
    gc.enable()
    kept_out = workspace.hidden() if hidden else {}
    return Opened(
        tuple(settings),
        catalog,
        modules,
        deploy_files,
        notes,
        tuple((folder, item) for folder in kept_out for item in kept_out[folder]),
    )


def nothing_found(opened: Opened) -> str:
    """Return what a person reads when there is no function, and what to do."""
    modules = counted(opened.modules, "Python file")
    deploy_files = counted(opened.deploy_files, "deploy file")
    return (
        f"No functions found in {printable(', '.join(opened.folders))} "
        f"({modules}, {deploy_files}).\n\n"
        "Funclens looks for:\n"
        "- functions decorated with functions_framework or firebase_functions, in "
        "any Python file\n"
        "- functions that take a request or an event, in any main.py\n"
        "- entry points named in deploy files\n\n"
        "Add a main.py with `@functions_framework.http` above a function, or pass "
        "another folder."
    )


def warn_of_hidden(opened: Opened) -> None:
    """Say how many functions ignore files keep out, and how to include them."""
    if not opened.hidden:
        return
    number = sum(item.functions for _, item in opened.hidden)
    shown = [
        item.place if len(opened.folders) == 1 else f"{folder}/{item.place}"
        for folder, item in opened.hidden[:_MOST_PLACES]
    ]
    rest = len(opened.hidden) - len(shown)
    places = ", ".join(shown) + (f" and {rest} more" if rest else "")
    patterns = ", ".join(
        f'"{item.pattern}"' for _, item in opened.hidden[:_MOST_PLACES]
    )
    stderr.warning(
        printable(f".gitignore hides {counted(number, 'function')} in {places}"),
        hint=printable(
            f"to list them, set `include = [{patterns}]` under [tool.funclens] in "
            "pyproject.toml"
        ),
    )


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 function`, `2 functions`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
