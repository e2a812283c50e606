"""The workspace of a command line, read once, for list and check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from funclens.catalog import build_catalog
from funclens.cli import messages
from funclens.cli.folders import workspace_folders
from funclens.discovery import Workspace
from funclens.printable import printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from funclens.model import Catalog

__all__ = ["Opened", "add_folders", "nothing_found", "open_workspace"]


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
    """Sentences about what could not be read."""


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
    folders: Sequence[str], *, problems: bool = True, in_production: bool = False
) -> Opened:
    """Read the folders of a command line; warn about what could not be read."""
    settings = workspace_folders(folders)
    workspace = Workspace(list(settings), settings)
    workspace.load()
    facts = workspace.facts()
    for note in facts.notes:
        messages.warning(note)
    catalog = build_catalog(facts, problems=problems, in_production=in_production)
    modules = sum(folder.counted.modules for folder in facts.folders)
    deploy_files = sum(folder.counted.deploy_files for folder in facts.folders)
    return Opened(tuple(settings), catalog, modules, deploy_files, facts.notes)


def nothing_found(folders: Sequence[str]) -> str:
    """Return what a person reads when there is no function, and what to do."""
    return (
        "No functions found. Funclens looked for functions decorated with "
        "functions_framework or firebase_functions in every Python file, and for "
        "functions of a request or an event in every main.py. Write a main.py with "
        "`@functions_framework.http` above a function, or name another folder: "
        f"funclens list FOLDER. Searched: {printable(', '.join(folders))}"
    )
