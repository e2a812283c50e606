"""`funclens run`: serves every function of the workspace until it is stopped."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.cli.folders import workspace_folders
from funclens.errors import RunnerError, UsageError
from funclens.runner.processes import prestart
from funclens.runner.processes.launcher import Guard

if TYPE_CHECKING:
    from funclens.settings import Settings

__all__ = ["add_arguments", "execute"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options of the verb."""
    add = parser.add_argument
    add("folders", nargs="*", default=["."], metavar="FOLDER", help="workspace folders")
    add("--port", type=_port, metavar="N", help="port; without it the next free one")
    add("--host", metavar="H", help="address to listen on (default 127.0.0.1)")
    add(
        "--allow-host",
        action="append",
        metavar="H",
        help="answer requests whose Host header is H, too",
    )
    add("--python", metavar="P", help="interpreter of the functions")
    add("--no-reload", action="store_true", help="keep the code of the first load")
    add("--debug", action="store_true", help="start every unit under debugpy")
    add("--events", action="store_true", help="print one JSON object a line")
    add(
        "--env-file",
        action="append",
        metavar="F",
        help="variables of the functions: dotenv, YAML or JSON",
    )
    add(
        "--isolation",
        metavar="unit|function",
        help="what gets a process of its own (default unit)",
    )
    add("--target", metavar="NAME", help="serve this function at / as well")
    add("--parent-stdin", action="store_true", help="stop when standard input ends")
    add("--editor-settings", metavar="JSON", help="a list: one object for each folder")


def execute(arguments: argparse.Namespace) -> int:
    """Serve until stopped; return 0 for a stop that was asked for."""
    if os.name != "posix":
        raise RunnerError(
            "Functions are run on Linux and macOS only. On Windows open the folder in "
            "WSL; discovery, diagnostics and `funclens check` work here too."
        )
    flags = {
        "port": arguments.port,
        "host": arguments.host,
        "allow-host": arguments.allow_host,
        "python": arguments.python and _python(arguments.python),
        "isolation": arguments.isolation,
        "env-file": arguments.env_file and [*map(_env_file, arguments.env_file)],
    }

    def read(editor: str | None) -> dict[str, Settings]:
        return workspace_folders(arguments.folders, flags, editor)

    folders = read(arguments.editor_settings)
    first = next(iter(folders))
    guessed = arguments.early or prestart.EarlyStart(Guard.fork(), None, None)
    started = prestart.settle(guessed, first, folders[first])
    from funclens.cli.serve import serve  # noqa: PLC0415 - while the template warms up

    return serve(arguments, folders, started, read)


def _port(word: str) -> int:
    """Return the number of a port; argparse adds which option it was."""
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"a port is a whole number, not {word}")
    return int(word)


def _env_file(word: str) -> str:
    path = Path(word).expanduser().absolute()
    if not path.is_file():
        raise UsageError(f"--env-file names a file that is not there: {path}")
    return str(path)


def _python(word: str) -> str:
    """Return the interpreter that a command or a path names, from this folder.

    A link is not followed: in a virtual environment it is what makes it one.
    """
    import shutil  # noqa: PLC0415 - seldom asked for

    found = shutil.which(Path(word).expanduser())
    if found is None:
        raise UsageError(
            "--python names no interpreter that can be run. Give a path, or a command "
            f"such as python3.12: {word}"
        )
    return str(Path(found).absolute())
