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
_OF_FUNCTIONS = frozenset({"NAME"})
_OTHER_NAMES = frozenset({"new", "setup"})
"""Commands whose NAME is not that of an existing function."""
_OF_FOLDERS = frozenset({"FOLDER", "DIR"})
_OF_FILES = frozenset({"FILE", "FILE|gcloud", "PATH"})
_FILE_OPTIONS = frozenset({"env_file", "python"})
_NAMES = {
    "bash": "_funclens_names",
    "zsh": "_funclens_names",
    "fish": "(funclens completion --names 2>/dev/null)",
}
_DATA = {
    "zsh": "_funclens_data_file",
    "fish": "(_funclens_data_file)",
}
"""Completes the FILE of `--data @FILE`. In bash, a word ends before the @."""
_FUNCTIONS = {
    "bash": """\
_funclens_names() {
  compgen -W "$(funclens completion --names 2>/dev/null)" -- "$1"
}
""",
    "zsh": """\
_funclens_names() {
  local -a names=(${(f)"$(funclens completion --names 2>/dev/null)"})
  compadd -a names
}
_funclens_data_file() {
  compset -P @ && _files
}
""",
    "fish": """\
function _funclens_data_file
  set -l word (commandline -ct)
  string match -q '@*' -- $word
  and string replace -r '^' '@' -- (__fish_complete_path (string sub -s 2 -- $word))
end
""",
}


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
    complete: Callable[..., str] = shtab.complete
    script = complete(parser, shell=arguments.shell, preamble=_FUNCTIONS)
    if arguments.shell == "zsh":
        # shtab takes any number of operands for at most one.
        script = script.replace('  "(*)::', '  "*:')
    sys.stdout.write(f"{script}\n")
    return 0


def _complete(verb: str, action: argparse.Action, shtab: object) -> None:
    """Say how the values of an option or argument are completed."""
    words = str(action.metavar or "")
    if action.choices is not None:
        return
    if (
        words in _OF_FUNCTIONS and verb not in _OTHER_NAMES
    ) or action.dest == "function":
        complete = _NAMES
    elif action.dest == "data":
        complete = _DATA
    elif words in _OF_FOLDERS:
        complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    elif words in _OF_FILES or action.dest in _FILE_OPTIONS:
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
