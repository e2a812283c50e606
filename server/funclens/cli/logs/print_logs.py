"""Print the last lines that units printed, and follow them."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from funclens.cli.folders import add_folders, workspace_folders
from funclens.requests.lookup import find_function, functions_of
from funclens.runner.api.client import folder_runner

if TYPE_CHECKING:
    import argparse

__all__ = ["add_arguments", "execute"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    add_folders(parser)
    add("-f", "--follow", action="store_true", help="print new lines as they come")
    add(
        "--function",
        metavar="NAME",
        help="only lines of the unit that has this function",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Print lines until there are no more, or until Ctrl+C; return 0."""
    folders = list(workspace_folders(arguments.folders))
    try:
        asyncio.run(_print(arguments, folders))
    except KeyboardInterrupt:
        if not arguments.follow:
            raise
    return 0


async def _print(arguments: argparse.Namespace, folders: list[str]) -> None:
    client = await folder_runner(folders)
    unit = ""
    if arguments.function is not None:
        functions = functions_of(await client.functions())
        unit = find_function(functions, arguments.function, folders).unit
    async for line in client.logs(unit, follow=arguments.follow):
        stream = sys.stderr if line["stream"] == "stderr" else sys.stdout
        stream.write(line["text"])
        stream.flush()
