"""Command line parser and its errors.

The only module that uses private names of argparse (`_actions`,
`_option_string_actions`, `_subparsers`, `_SubParsersAction`). Tested with Python 3.10
to 3.14.
"""

from __future__ import annotations

import argparse
import importlib
import os
from typing import TYPE_CHECKING, Any, NoReturn

from funclens import __version__
from funclens.cli import stderr
from funclens.cli.columns import terminal_columns
from funclens.errors import UsageError
from funclens.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Parser", "actions_of", "build", "build_all"]

_VERBS = {
    "list": "list the functions of a workspace with their endpoints and routes",
    "check": "report what would break in production",
    "run": "serve every function of a workspace at one address",
    "call": "send a request or an event to a function",
    "requests": "list the requests that the runner of a folder remembers",
    "replay": "send a remembered request again",
    "logs": "print what functions printed",
    "new": "write a new function with its requirements and a first test",
    "setup": "create environments for the units that lack one",
    "export": "write the functions as deploy files of other tools",
    "plan": "compare the functions with what is deployed",
    "mcp": "serve the functions to coding agents over standard input and output",
    "openapi": "describe the HTTP functions as an OpenAPI document",
    "doctor": "say what is installed, what is wrong, and what to do about it",
    "completion": "print the completion of commands and functions for a shell",
    "lsp": "run the language server over standard input and output",
}
"""Module name in this package, and one line of help."""


def build(words: Sequence[str]) -> Parser:
    """Build the parser for a command line, importing only the command's module."""
    verb = next((word for word in words if word in _VERBS), None)
    asks_for_help = not {"-h", "--help"}.isdisjoint(words)
    return _build({verb} if verb else set(), with_examples=asks_for_help)


def build_all() -> Parser:
    """Build the parser with the arguments of all commands, and examples."""
    return _build(set(_VERBS), with_examples=True)


def actions_of(parser: Parser) -> Iterator[tuple[str, argparse.Action]]:
    """Yield the arguments of all commands that a parser was built with."""
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for verb, below in action.choices.items():
                for inner in below._actions:  # noqa: SLF001
                    yield verb, inner


def _build(verbs_with_arguments: set[str], *, with_examples: bool) -> Parser:
    parser = Parser(
        prog="funclens",
        description="Run and debug every Google Cloud Function of a workspace.",
    )
    parser.add_argument(
        "--version", action="version", version=f"funclens {__version__}"
    )
    if with_examples:
        parser.epilog = _examples("")
    # Without `prog`, argparse would build one, which needs the terminal width.
    verbs = parser.add_subparsers(
        prog=parser.prog, dest="verb", metavar="COMMAND", required=True
    )
    for name, line in _VERBS.items():
        below = verbs.add_parser(
            name, help=line, description=line[0].upper() + line[1:] + "."
        )
        if name in verbs_with_arguments:
            module = importlib.import_module(f"funclens.cli.{name}")
            module.add_arguments(below)
            below.set_defaults(execute=module.execute)
            if with_examples:
                below.epilog = _examples(name)
    return parser


def _examples(verb: str) -> str:
    from funclens.cli.completion.verb_examples import (  # noqa: PLC0415
        EXAMPLES,
        FIRST_EXAMPLES,
    )

    lines = EXAMPLES[verb] if verb else FIRST_EXAMPLES
    return f"{_Formatter.examples}{lines.rstrip()}"


class _Formatter(argparse.HelpFormatter):
    """Finds the terminal width as argparse does, without importing shutil.

    argparse creates a formatter for each option that is added.
    """

    examples = "examples:\n"
    """How an epilog starts that is printed line by line."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith(self.examples):
            return text
        return super()._fill_text(text, width, indent)

    def __init__(self, prog: str) -> None:
        columns = os.environ.get("COLUMNS", "")
        width = int(columns) if columns.isdecimal() else 0
        super().__init__(prog, width=(width or terminal_columns() or 80) - 2)


class Parser(argparse.ArgumentParser):
    """Reports errors in Funclens's style, with the closest option or command."""

    _is_intermixing = False

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Formatter, **options)

    def error(self, message: str) -> NoReturn:
        """Print an error and a hint, and exit with 2."""
        stderr.error(self._explained(message))
        self.exit(2)

    def _explained(self, message: str) -> UsageError:
        see_help = f"see '{self.prog} --help'"
        unknown = message.rpartition(": ")[2].split()
        if "unrecognized arguments" in message:
            kind, known = "option", [*self._option_string_actions]
        elif "invalid choice" in message and "COMMAND" in message:
            kind, known = "command", [*_VERBS]
            unknown = [message.partition("'")[2].partition("'")[0]]
        elif "are required: COMMAND" in message:
            return UsageError("no command given", hint=see_help)
        else:
            return UsageError(message, hint=see_help)
        word = unknown[0].partition("=")[0]
        if kind == "option" and not word.startswith("-"):
            return UsageError(f"unexpected argument '{word}'", hint=see_help)
        near = closest(known, word)
        advice = f"did you mean '{near}'? " if near else ""
        return UsageError(f"unknown {kind} '{word}'", hint=advice + see_help)

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: None = None
    ) -> argparse.Namespace:
        """Parse a command line; the command's parser reports unknown arguments."""
        arguments, rest = self.parse_known_args(args, namespace)
        if rest:
            self._below(arguments).error(f"unrecognized arguments: {' '.join(rest)}")
        return arguments

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Accept options between positional arguments."""
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
