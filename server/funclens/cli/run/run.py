"""`funclens run`: serve every function of the workspace until stopped."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.cli.folders import add_folders, read_settings
from funclens.errors import UsageError
from funclens.folder_settings import FolderSettings
from funclens.runner.processes import prestart
from funclens.runner.processes.launcher import Launcher
from funclens_worker.processes.portable_mode import is_portable

if TYPE_CHECKING:
    from funclens.runner.processes.prestart import Prestarted

__all__ = ["add_arguments", "execute"]


_ABOUT_COMMAND = (
    "With '-- CMD', runs a command once the functions are ready, then stops and "
    "returns the command's exit code. The variable FUNCLENS_URL has the address."
)
_WITHOUT_COMMAND = ("events", "parent_stdin", "standby")
"""Options that need the standard streams, which a command has."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    add_folders(parser)
    add(
        "--port",
        type=_port,
        metavar="N",
        help="port to listen on (default: 8080, or the next free port)",
    )
    add("--host", metavar="H", help="address to listen on (default: 127.0.0.1)")
    add(
        "--allow-host",
        action="append",
        metavar="H",
        help="also accept requests with this Host header (repeatable)",
    )
    add(
        "--allow-origin",
        action="append",
        metavar="O",
        help="also accept requests from web pages of this origin (repeatable)",
    )
    add("--python", metavar="P", help="Python interpreter that runs the functions")
    add("--no-reload", action="store_true", help="turn off hot reload")
    add("--debug", action="store_true", help="run every unit under debugpy")
    add(
        "--emulators",
        action="store_true",
        help="deliver the events of Google's emulators, which are started if needed",
    )
    add("--events", action="store_true", help="print events as JSON, one per line")
    add(
        "--env-file",
        action="append",
        metavar="F",
        help="read environment variables from a dotenv, YAML or JSON file (repeatable)",
    )
    add(
        "--isolation",
        metavar="unit|function",
        help="run each unit or each function in its own process (default: unit)",
    )
    add(
        "--limits",
        action="store_true",
        help="enforce memory, timeout and concurrency as deployed",
    )
    add(
        "--history",
        metavar="FILE",
        help="keep requests in a SQLite file across restarts (secrets are masked)",
    )
    add(
        "--traces",
        action="store_true",
        help="add trace headers as Cloud Run does; receive spans of OpenTelemetry",
    )
    add("--target", metavar="NAME", help="also serve this function at /")
    _add_for_editors(parser)
    parser.usage = "%(prog)s [OPTIONS] [FOLDER ...] [-- CMD ...]"
    parser.epilog = _ABOUT_COMMAND


def _add_for_editors(parser: argparse.ArgumentParser) -> None:
    """Add the options of programs that start a runner."""
    add = parser.add_argument_group("for editors").add_argument
    add("--parent-stdin", action="store_true", help="stop when standard input closes")
    add("--watch", action="store_true", help="watch files, with --parent-stdin too")
    add(
        "--standby",
        action="store_true",
        help="get ready, then wait for a line on standard input before serving",
    )
    add(
        "--editor-settings",
        metavar="JSON",
        help="settings from an editor: a JSON list with one object per folder",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Serve until stopped; return 0 for a requested stop."""
    _check_command(arguments)
    flags = {
        "port": arguments.port,
        "host": arguments.host,
        "allow-host": arguments.allow_host,
        "allow-origin": arguments.allow_origin,
        "python": arguments.python and _python(arguments.python),
        "isolation": arguments.isolation,
        "emulators": arguments.emulators or None,
        "limits": arguments.limits or None,
        "traces": arguments.traces or None,
        "history-file": arguments.history and str(Path(arguments.history).absolute()),
        "reload": False if arguments.no_reload else None,
        "env-file": arguments.env_file and [*map(_env_file, arguments.env_file)],
    }

    editor = arguments.editor_settings and json.loads(arguments.editor_settings)
    source = FolderSettings(arguments.folders, flags, editor)
    settings = read_settings(source)
    first = source.folders[0]
    prestarted = _prestart(arguments.prestarted)
    if prestarted is not None:
        prestarted = prestart.settle(prestarted, first, settings[first])
    from funclens.cli.run.serve import serve  # noqa: PLC0415 - while the zygote warms up

    if arguments.standby:
        import h11  # noqa: F401, PLC0415 - an editor controls it at once

        if not _is_told_to_start():
            return 0
        settings = read_settings(source)  # they may have changed since
        if prestarted is not None:
            prestarted = prestart.settle(prestarted, first, settings[first])
    return serve(arguments, source, settings, prestarted)


def _prestart(guessed: Prestarted | None) -> Prestarted | None:
    """Return what was started, at least the launcher; None if there is none here."""
    if guessed is not None or is_portable():
        return guessed
    return prestart.Prestarted(Launcher.fork(), None, None)


def _check_command(arguments: argparse.Namespace) -> None:
    """Raise UsageError for a command that can't be run with these options."""
    command: list[str] | None = arguments.command
    if command is None:
        return
    if not command:
        raise UsageError(
            "no command after '--'", hint="add one, as in 'funclens run -- pytest'"
        )
    for name in _WITHOUT_COMMAND:
        if getattr(arguments, name):
            option = name.replace("_", "-")
            raise UsageError(
                f"--{option} cannot be used with a command",
                hint="the standard streams are the command's",
            )
    from funclens.cli.run.child_command import check  # noqa: PLC0415 - with a command

    check(command)


def _is_told_to_start() -> bool:
    """Wait for a line on standard input; False when it ends before."""
    told = b""
    while not told.endswith(b"\n"):
        data = os.read(sys.stdin.fileno(), 1)
        if not data:
            return False
        told += data
    return True


def _port(word: str) -> int:
    """Return a port number; argparse adds the option's name to an error."""
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"invalid port '{word}'")
    return int(word)


def _env_file(word: str) -> str:
    path = Path(word).expanduser().absolute()
    if not path.is_file():
        raise UsageError(f"no such env file: '{path}'")
    return str(path)


def _python(word: str) -> str:
    """Resolve a command or path to an absolute path of an interpreter.

    Symbolic links are kept, because they are what makes a virtual environment.
    """
    import shutil  # noqa: PLC0415 - seldom asked for

    found = shutil.which(Path(word).expanduser())
    if found is None:
        raise UsageError(
            f"no such interpreter: '{word}'",
            hint="pass a path or a command such as python3.12",
        )
    return str(Path(found).absolute())
