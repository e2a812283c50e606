"""The command line: one verb a file, each loaded only when it is called.

A verb's module has `add_arguments(parser)` and `execute(arguments) -> int`, the
exit code. Errors meant for people end here as one sentence each.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from funclens import __version__
from funclens.errors import FunclensError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_VERBS = {
    "list": "show the functions of a workspace, their endpoints and routes",
    "check": "show what would go wrong in production, for people and for CI",
    "run": "serve every function of a workspace at one address",
    "call": "send a request or an event to a function that runs",
    "lsp": "speak the language server protocol over stdio, for editors",
}
"""Name of the module in this package, and one line of help."""

_OUR_FAILURE = 3
_INTERRUPTED = 130
_READER_GONE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line and return the exit code.

    0 means success, 1 problems, 2 wrong usage, 3 a defect of Funclens itself.
    """
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


def _execute(words: list[str]) -> int:
    verb = next((word for word in words if word in _VERBS), None)
    parser = _Parser(
        prog="funclens",
        description="Run and debug every Google Cloud Function of a workspace.",
    )
    parser.add_argument(
        "--version", action="version", version=f"funclens {__version__}"
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, line in _VERBS.items():
        below = verbs.add_parser(
            name, help=line, description=line[0].upper() + line[1:] + "."
        )
        if name == verb:
            module = importlib.import_module(f"funclens.cli.{name}")
            module.add_arguments(below)
            below.set_defaults(execute=module.execute)
    arguments = parser.parse_args(words)
    result = arguments.execute(arguments)
    sys.stdout.flush()
    return int(result)


class _Parser(argparse.ArgumentParser):
    """Names the nearest option or verb where a word is unknown."""

    _is_intermixing = False

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {self._with_advice(message)}\n")

    def _with_advice(self, message: str) -> str:
        import difflib  # noqa: PLC0415  # only after a mistake

        unknown = message.rpartition(": ")[2].split()
        if "unrecognized arguments" in message:
            known = [*self._option_string_actions]
            sentence = "unknown option"
        elif "invalid choice" in message and "VERB" in message:
            known = [*_VERBS]
            unknown = [message.partition("'")[2].partition("'")[0]]
            sentence = "unknown verb"
        else:
            return f"{message}. `{self.prog} --help` shows what fits."
        word = unknown[0].partition("=")[0]
        near = difflib.get_close_matches(word, known, n=1)
        advice = f"Did you mean `{near[0]}`? " if near else ""
        return f"{advice}`{self.prog} --help` shows what fits; {sentence}: {word}"

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: None = None
    ) -> argparse.Namespace:
        arguments, rest = self.parse_known_args(args, namespace)
        if rest:
            self._below(arguments).error(f"unrecognized arguments: {' '.join(rest)}")
        return arguments

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Let options of a verb stand between its names and folders, too."""
        if self._subparsers is not None or self._is_intermixing:
            return super().parse_known_args(args, namespace)
        self._is_intermixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._is_intermixing = False

    def _below(self, arguments: argparse.Namespace) -> argparse.ArgumentParser:
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
                found = action.choices.get(getattr(arguments, "verb", ""))
                if isinstance(found, argparse.ArgumentParser):
                    return found
        return self


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
