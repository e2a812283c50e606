"""The parser of the command line: its verbs, and what it says to unknown words."""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from funclens import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Parser", "build"]

_VERBS = {
    "list": "show the functions of a workspace, their endpoints and routes",
    "check": "show what would go wrong in production, for people and for CI",
    "run": "serve every function of a workspace at one address",
    "call": "send a request or an event to a function that runs",
    "lsp": "speak the language server protocol over stdio, for editors",
}
"""Name of the module in this package, and one line of help."""


def build(words: Sequence[str]) -> Parser:
    """Return the parser of a command line; only the module of its verb is loaded."""
    verb = next((word for word in words if word in _VERBS), None)
    parser = Parser(
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
    return parser


class Parser(argparse.ArgumentParser):
    """Names the nearest option or verb where a word is unknown."""

    _is_intermixing = False

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and what fits, and exit with 2."""
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
        """Return what the words say; unknown ones end with the verb's usage."""
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
