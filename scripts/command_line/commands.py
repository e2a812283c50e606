"""What the parser says of each command, as values that the pages print."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "server"))

from funclens.cli.completion.verb_examples import EXAMPLES  # noqa: E402
from funclens.cli.parser import build  # noqa: E402

__all__ = ["EXIT_CODES", "INTRODUCTION", "ROOT", "Argument", "Command", "commands"]

INTRODUCTION = """\
Results go to standard output, messages to standard error. Options can come before,
between or after names and folders. Without a folder, a command uses the current one.
"""
EXIT_CODES = {
    "0": "success",
    "1": "a failed check, a response with status 400 or above, or no such function",
    "2": "wrong usage, such as an unknown option or a folder that doesn't exist",
    "3": "a bug in Funclens; please report it",
    "126, 127": "the command of `funclens run -- CMD` can't be run, or doesn't exist",
    "130": "interrupted with Ctrl+C",
}


@dataclass(frozen=True, slots=True)
class Argument:
    """An option with its spellings, or an operand, which has none."""

    spellings: tuple[str, ...]
    value: str
    """What is given for it; empty for an option without a value."""
    help: str


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    description: str
    usage: str
    arguments: tuple[Argument, ...]
    notes: str
    examples: tuple[str, ...]


def commands() -> Iterator[Command]:
    """Yield each command, in the order of `funclens --help`."""
    for name in [*_verb_action(build([])).choices]:
        parser = _verb_action(build([name])).choices[name]
        yield Command(
            name,
            parser.description or "",
            _usage(name, parser),
            tuple(_arguments(parser)),
            parser.epilog or "",
            tuple(line.strip() for line in EXAMPLES[name].splitlines()),
        )


def _verb_action(
    parser: argparse.ArgumentParser,
) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    return next(
        action
        for action in parser._actions  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction)  # noqa: SLF001
    )


def _usage(name: str, parser: argparse.ArgumentParser) -> str:
    if parser.usage:  # written by hand
        return parser.usage % {"prog": parser.prog}
    return " ".join([f"funclens {name} [OPTIONS]", *_operands(parser)])


def _operands(parser: argparse.ArgumentParser) -> list[str]:
    """Return the names and folders of a usage line; argparse's differs by Python."""
    more = {"*": " ..."}
    return [
        f"[{action.metavar}{more.get(str(action.nargs), '')}]"
        for action in parser._actions  # noqa: SLF001
        if not action.option_strings
    ]


def _arguments(parser: argparse.ArgumentParser) -> Iterator[Argument]:
    for action in parser._actions:  # noqa: SLF001
        if action.help == argparse.SUPPRESS:
            continue
        text = (action.help or "") % {**vars(action), "prog": parser.prog}
        if action.dest == "help":
            text = text.replace(" and exit", "")
        yield Argument(tuple(action.option_strings), _value(action), text)


def _value(action: argparse.Action) -> str:
    if not action.option_strings:
        return str(action.metavar or action.dest)
    if action.nargs == 0:
        return ""
    if action.metavar is None and action.choices:
        return "|".join(str(choice) for choice in action.choices)
    name = str(action.metavar or action.dest.upper())
    return f"[{name}]" if action.nargs == "?" else name
