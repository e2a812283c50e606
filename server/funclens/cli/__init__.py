"""Command line: one module per command, imported only when it runs.

Each has `add_arguments(parser)` and `execute(arguments) -> int`, which returns the exit
code. Errors for the user are printed here.
"""

from __future__ import annotations

# The module `signal` itself takes milliseconds to import, and Ctrl+C may come in them.
import _signal as signal  # type: ignore[import-not-found]

_IS_INTERRUPTIBLE = signal.getsignal(signal.SIGINT) is signal.default_int_handler
if _IS_INTERRUPTIBLE:
    # Until this module is imported, Ctrl+C ends the process without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import gc  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

from funclens import __version__  # noqa: E402
from funclens.cli import console, stderr  # noqa: E402
from funclens.errors import FunclensError  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_OUR_FAILURE = 3
_INTERRUPTED = 130
_READER_GONE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit code.

    0 means success, 1 problems found, 2 wrong usage, 3 a bug in Funclens.
    """
    # Importing the module `list` shadows the builtin in this package.
    words = [*(sys.argv[1:] if argv is None else argv)]
    _open_closed_streams()
    try:
        return _execute(words)
    except SystemExit as stop:
        # argparse exits this way after --help and after invalid arguments.
        return stop.code if isinstance(stop.code, int) else 2
    except FunclensError as error:
        stderr.error(error)
        return error.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Python would flush again at exit and fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _READER_GONE
    except Exception as error:  # noqa: BLE001  # the edge: reported, then exit 3
        return _report(error, words)


def _open_closed_streams() -> None:
    """Open the null device for streams that were closed before the start.

    Otherwise the first files and connections would get their descriptors.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123, SIM115
            os.set_inheritable(stream.fileno(), True)
            setattr(sys, name, stream)


def _split(words: list[str]) -> tuple[list[str], list[str] | None]:
    """Split off the command of `run -- CMD`; None if there is no `--`."""
    if words[:1] != ["run"] or "--" not in words:
        return words, None
    at = words.index("--")
    return words[:at], words[at + 1 :]


def _prestart(words: list[str]) -> object:
    """Start the processes that most likely are needed, if there are such here."""
    from funclens_worker.processes.portable_mode import is_portable  # noqa: PLC0415

    if is_portable():
        return None
    from funclens.runner.processes.launcher import Launcher  # noqa: PLC0415
    from funclens_worker.processes.stand_in import can_stand_in  # noqa: PLC0415

    launcher = Launcher.fork(with_zygote=can_stand_in())
    from funclens.runner.processes import prestart  # noqa: PLC0415 - while it imports

    return prestart.prestart(launcher, words)


def _execute(given: list[str]) -> int:
    words, command = _split(given)
    started: object = None
    asks_for_help = not {"-h", "--help"}.isdisjoint(words)
    if words[:1] in (["list"], ["check"]) and not asks_for_help:
        # It imports and walks while this process imports.
        from funclens.discovery.files.prescan.prescan import Prescan  # noqa: PLC0415

        started = Prescan.start()
        # Most values live until exit, so garbage collection would find nothing.
        gc.disable()
    if words[:1] == ["run"] and _IS_INTERRUPTIBLE:
        # An import can swallow a KeyboardInterrupt, and the start would go on.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if words[:1] == ["run"] and os.name == "posix" and not asks_for_help:
        # In this order: the launcher is forked while the process has one thread.
        started = _prestart(words)
        # After the fork, which user code inherits; `serve` enables it again.
        gc.disable()
    console.write_any_character(sys.stdout)
    console.write_any_character(sys.stderr)
    from funclens.cli.parser import build  # noqa: PLC0415 - while the zygote does

    arguments = build(words).parse_args(words)
    arguments.prestarted = started
    arguments.command = command
    result = arguments.execute(arguments)
    sys.stdout.flush()
    return int(result)


def _report(error: Exception, words: Sequence[str]) -> int:
    import platform  # noqa: PLC0415  # only when something broke
    import traceback  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"
    stderr.error(
        FunclensError(
            f"bug in Funclens {__version__}, not in your code",
            hint="please report these lines (FUNCLENS_TRACEBACK=1 prints more)",
        )
    )
    stderr.note(
        f"  command: funclens {' '.join(words)}",
        f"  python:  {platform.python_version()} on {platform.system()}",
        f"  error:   {type(error).__name__}: {error}",
        f"  at:      {place}",
    )
    if os.environ.get("FUNCLENS_TRACEBACK"):
        traceback.print_exception(error)
    return _OUR_FAILURE


if _IS_INTERRUPTIBLE:
    signal.signal(signal.SIGINT, signal.default_int_handler)
