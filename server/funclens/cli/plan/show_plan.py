"""`funclens plan`: compare the workspace with what is deployed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from funclens.cli import stderr
from funclens.cli.folders import add_folder
from funclens.cli.opened import counted, open_workspace
from funclens.cli.plan.plan_table import plan_lines
from funclens.cli.terminal import as_text, print_json
from funclens.errors import UsageError
from funclens.suggest import closest

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from funclens.cli.opened import Opened
    from funclens.plan.deployed_function import DeployedFunction
    from funclens.plan.differences import Difference

__all__ = ["add_arguments", "execute"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_folder(parser)
    parser.add_argument(
        "--from",
        dest="origin",
        metavar="FILE|gcloud",
        help="what is deployed: `gcloud` asks the Google Cloud CLI; a file, or - for "
        "standard input, holds the JSON of `gcloud functions list` or `describe`, or "
        "of `gcloud run services` (default: compare with deploy files only)",
    )
    parser.add_argument(
        "--project", metavar="PROJECT", help="with --from gcloud: the project to ask"
    )
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="FACTS",
        help="facts that may differ, such as extra or memory,timeout",
    )
    parser.add_argument("--json", action="store_true", help="print JSON for scripts")


def execute(arguments: argparse.Namespace) -> int:
    """Print the differences; return 1 if there are any."""
    ignored = _facts(arguments.ignore)
    deployed = _deployed(arguments)
    opened = open_workspace([arguments.folder], problems=deployed is None)
    if deployed is None:
        found = _undeployed(opened)
        others = 0
    else:
        from funclens.plan.differences import compare  # noqa: PLC0415 - see above

        found = compare(opened.catalog.functions, deployed)
        others = sum(not item.is_python for item in deployed)
    found = [item for item in found if item.fact not in ignored]
    if arguments.json:
        _print_json(found)
    else:
        functions = len(opened.catalog.functions)
        sys.stdout.write(as_text(plan_lines(found, functions, deployed)))
        if others:
            languages = counted(others, "function")
            stderr.note(f"{languages} of other languages not compared.")
    sys.stdout.flush()
    return int(bool(found))


def _deployed(arguments: argparse.Namespace) -> list[DeployedFunction] | None:
    """Return what is deployed; None to compare with deploy files only."""
    if arguments.project and arguments.origin != "gcloud":
        raise UsageError(
            "--project needs --from gcloud", hint="see 'funclens plan --help'"
        )
    if arguments.origin is None:
        return None
    from funclens.plan.gcloud_json import deployed_in  # noqa: PLC0415 - only then

    if arguments.origin == "gcloud":
        from funclens.cli.plan.gcloud_output import deployed_now  # noqa: PLC0415

        return deployed_now(arguments.project)
    content, where = _content(arguments.origin)
    return deployed_in(content, where)


def _content(origin: str) -> tuple[str, str]:
    from funclens.plan.gcloud_json import MOST_BYTES  # noqa: PLC0415 - only then

    if origin == "-":
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
        where = "standard input"
    else:
        where = f"'{origin}'"
        try:
            with open(origin, "rb") as file:  # noqa: PTH123 - may be /dev/fd/63
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise UsageError(
                f"cannot read {where}: {error.strerror or error}",
                hint="pass a file with the output of "
                "`gcloud functions list --format=json`",
            ) from error
    if len(data) > MOST_BYTES:
        raise UsageError(f"{where} is larger than {MOST_BYTES // 1_000_000} MB")
    return data.decode("utf-8-sig", "replace"), where


def _facts(words: Sequence[str]) -> set[str]:
    given = [fact.strip() for word in words for fact in word.split(",")]
    found = {fact for fact in given if fact}
    if not found:
        return set()
    from funclens.plan.differences import FACTS  # noqa: PLC0415 - only then

    for fact in found:
        if fact not in FACTS:
            near = closest(FACTS, fact)
            advice = f"did you mean '{near}'? " if near else ""
            raise UsageError(
                f"unknown fact '{fact}'",
                hint=f"{advice}known facts: {', '.join(FACTS)}",
            )
    return found


def _undeployed(opened: Opened) -> list[Difference]:
    """Compare functions with deploy files: what one of them lacks."""
    from funclens.plan.differences import Difference  # noqa: PLC0415 - only then

    found = [
        Difference("missing", it.endpoint, it.id, "", "", it.name, "")
        for it in opened.catalog.functions
        if "deploy-file" not in it.evidence and it.provider != "firebase"
    ]
    found += [
        Difference("extra", _named(it.message), None, "", "", "", it.message)
        for it in opened.catalog.problems
        if it.code == "unknown-entry-point"
    ]
    return found


def _named(message: str) -> str:
    """Return the first name in a message."""
    return message.partition("`")[2].partition("`")[0]


def _print_json(found: Sequence[Difference]) -> None:

    values: dict[str, Any] = {
        "version": 1,
        "differences": [
            {
                "fact": item.fact,
                "name": item.name,
                "function": item.function,
                "region": item.region or None,
                "project": item.project or None,
                "workspace": item.workspace or None,
                "deployed": item.deployed or None,
            }
            for item in found
        ],
    }
    print_json(values)
