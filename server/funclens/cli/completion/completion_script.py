"""Completion of commands, options, folders and function names in a shell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from funclens.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

__all__ = ["SHELLS", "add_arguments", "execute"]

SHELLS = ("bash", "zsh", "fish")
_NAMES = "funclens completion --names 2>/dev/null"
_OF_FUNCTIONS = frozenset({"NAME"})
_OF_FOLDERS = frozenset({"FOLDER", "DIR"})
_OF_FILES = frozenset({"FILE", "FILE|gcloud", "PATH"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "shell",
        nargs="?",
        choices=SHELLS,
        metavar="SHELL",
        help=f"the shell: {', '.join(SHELLS)}",
    )
    parser.add_argument(
        "--names", action="store_true", help="print the names of functions instead"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Print a script for a shell, or the names that it completes."""
    if arguments.names:
        sys.stdout.write(_names())
        return 0
    if arguments.shell is None:
        raise UsageError(
            "no shell given",
            hint=f"pass one of {', '.join(SHELLS)}: funclens completion bash",
        )
    import shtab  # noqa: PLC0415 - only here

    from funclens.cli.parser import actions_of, build_all  # noqa: PLC0415

    parser = build_all()
    for verb, action in actions_of(parser):
        _complete(verb, action, shtab)
    script: Callable[..., str] = shtab.complete
    sys.stdout.write(script(parser, shell=arguments.shell))
    sys.stdout.write("\n")
    return 0


def _complete(verb: str, action: argparse.Action, shtab: object) -> None:
    """Say how the values of an option or argument are completed."""
    words = str(action.metavar or "")
    if action.choices is not None:
        return
    if (words in _OF_FUNCTIONS and verb != "new") or action.dest == "function":
        complete = shtab.cmd(_NAMES)  # type: ignore[attr-defined]
    elif words in _OF_FOLDERS:
        complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    elif words in _OF_FILES:
        complete = shtab.FILE  # type: ignore[attr-defined]
    else:
        return
    action.complete = complete  # type: ignore[attr-defined]


def _names() -> str:
    """Return the names of functions in the current folder, one a line.

    Only names that need no quotes: a shell would split the others.
    """
    from funclens.catalog import build_catalog  # noqa: PLC0415
    from funclens.discovery import Workspace  # noqa: PLC0415
    from funclens.folder_settings import FolderSettings  # noqa: PLC0415

    settings = FolderSettings(["."]).read()
    workspace = Workspace([*settings], settings)
    workspace.load()
    catalog = build_catalog(workspace.facts(), problems=False)
    names = dict.fromkeys(item.route.strip("/") for item in catalog.functions)
    plain = [
        name for name in names if name.replace(".", "").replace("-", "").isidentifier()
    ]
    return "".join(f"{name}\n" for name in plain)
