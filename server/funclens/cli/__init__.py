"""The command line: one verb a file, each loaded only when it is called.

A verb's module has `add_arguments(parser)` and `execute(arguments) -> int`, the
exit code. Errors meant for people end here as one sentence each.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from funclens import __version__
from funclens.errors import FunclensError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_OUR_FAILURE = 3
_INTERRUPTED = 130
_READER_GONE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line and return the exit code.

    0 means success, 1 problems, 2 wrong usage, 3 a defect of Funclens itself.
    """
    _say_anything()
    # `list` is a verb here: once it is loaded, the module hides the builtin.
    words = [*(sys.argv[1:] if argv is None else argv)]
    try:
        return _execute(words)
    except SystemExit as stop:
        # argparse ends this way after --help and after wrong words.
        return stop.code if isinstance(stop.code, int) else 2
    except FunclensError as error:
        _say(f"funclens: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Python would try to flush again at exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _READER_GONE
    except Exception as error:  # noqa: BLE001  # the edge: reported, then exit 3
        return _report(error, words)


def _say_anything() -> None:
    """Let no character of a file's name or text end a verb: it is escaped instead."""
    import io  # noqa: PLC0415  # loaded already

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _execute(words: list[str]) -> int:
    started = None
    if words[:1] == ["run"] and os.name == "posix" and not {"-h", "--help"} & {*words}:
        # In this order: the guard is forked from a small process with one thread.
        from funclens.runner.processes.launcher import Guard  # noqa: PLC0415

        guard = Guard.fork()
        from funclens.runner.processes import prestart  # noqa: PLC0415 - while the guard imports

        started = prestart.guess(guard, words)
    from funclens.cli.parser import build  # noqa: PLC0415 - while the template does

    arguments = build(words).parse_args(words)
    arguments.early = started
    result = arguments.execute(arguments)
    sys.stdout.flush()
    return int(result)


def _report(error: Exception, words: Sequence[str]) -> int:
    import platform  # noqa: PLC0415  # only when something broke
    import traceback  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"
    _say(
        f"funclens: this is a defect of Funclens {__version__}, not of your code. "
        "Please report it with these lines (FUNCLENS_TRACEBACK=1 shows more):\n"
        f"  command: funclens {' '.join(words)}\n"
        f"  python:  {platform.python_version()} on {platform.system()}\n"
        f"  error:   {type(error).__name__}: {error}\n"
        f"  place:   {place}"
    )
    if os.environ.get("FUNCLENS_TRACEBACK"):
        traceback.print_exception(error)
    return _OUR_FAILURE


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201  # the edge: stderr is for people
