"""Print the OpenAPI document of a workspace."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from funclens.cli import stderr
from funclens.cli.folders import add_folders
from funclens.cli.opened import open_workspace

if TYPE_CHECKING:
    import argparse

__all__ = ["add_arguments", "execute"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_folders(parser)
    parser.add_argument(
        "--server",
        default="",
        metavar="URL",
        help="address of the functions in the document (default: /)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Print the document; return 0 even if it has no paths."""
    from funclens.requests.openapi import openapi_document  # noqa: PLC0415 - see parser
    from funclens.requests.source_hints import source_code, source_hints  # noqa: PLC0415

    opened = open_workspace(arguments.folders, problems=False)
    value = openapi_document(
        opened.catalog.functions, source_hints, source_code, url=arguments.server
    )
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    sys.stdout.flush()
    if not value["paths"]:
        folders = ", ".join(opened.folders)
        stderr.warning(
            f"no HTTP functions in {folders}",
            hint="`funclens list` shows all functions",
        )
    return 0
