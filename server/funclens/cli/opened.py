"""Read the workspace of a command line, for list and check."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from funclens.cli import stderr
from funclens.cli.folders import workspace_folders
from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from funclens.cold_start import ColdStart
    from funclens.discovery import Hidden, WorkspaceFacts
    from funclens.discovery.files.prescan.prescan import Prescan
    from funclens.model import Catalog
    from funclens.settings import Settings

__all__ = [
    "Opened",
    "counted",
    "nothing_found",
    "open_workspace",
    "warn_of_hidden",
]

_MOST_PLACES = 3
"""Maximum number of hidden files and folders in a message."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The folders of a command line and their catalog."""

    folders: tuple[str, ...]
    """Absolute, in command line order."""
    catalog: Catalog
    modules: int
    """Number of Python files in the folders."""
    deploy_files: int
    """Number of files that were read for deployments."""
    facts: WorkspaceFacts
    """What the catalog was built from."""
    notes: tuple[str, ...] = ()
    """Sentences about files that could not be read."""
    hidden: tuple[tuple[str, Hidden], ...] = ()
    """Workspace folder, and what its ignore files hide."""
    settings: Mapping[str, Settings] = field(default_factory=dict)
    """By workspace folder."""
    cold_starts: Mapping[str, ColdStart] = field(default_factory=dict)
    """Measured cold starts by unit."""

    @property
    def pythons(self) -> dict[str, str]:
        """The settings `python` by workspace folder."""
        return {folder: known.python for folder, known in self.settings.items()}


def open_workspace(
    folders: Sequence[str],
    *,
    problems: bool = True,
    in_production: bool = False,
    hidden: bool = False,
    prescan: Prescan | None = None,
) -> Opened:
    """Read the folders of a command line; warn about unreadable files.

    With `hidden`, also search what ignore files hide. `prescan` is a process that is
    ready to walk folders.
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
        facts,
        notes,
        tuple((folder, item) for folder in kept_out for item in kept_out[folder]),
        settings,
    )


def nothing_found(opened: Opened) -> list[str]:
    """Return the message for a workspace without functions, as lines."""
    modules = counted(opened.modules, "Python file")
    deploy_files = counted(opened.deploy_files, "deploy file")
    folders = ", ".join(opened.folders)
    return [
        f"No functions found in {folders} ({modules}, {deploy_files}).",
        "",
        "Funclens looks for:",
        (
            "- functions decorated with functions_framework or firebase_functions, in "
            "any Python file"
        ),
        "- functions that take a request or an event, in any main.py",
        "- entry points named in deploy files",
        "",
        (
            "Add a main.py with `@functions_framework.http` above a function, or pass "
            "another folder."
        ),
    ]


def warn_of_hidden(opened: Opened) -> None:
    """Warn about functions hidden by ignore files, and say how to include them."""
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
        f".gitignore hides {counted(number, 'function')} in {places}",
        hint=f"to list them, set `include = [{patterns}]` under [tool.funclens] in "
        "pyproject.toml",
    )


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 function`, `2 functions`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
