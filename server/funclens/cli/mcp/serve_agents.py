"""Serve coding agents over standard input and output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.cli.folders import add_folders, workspace_folders
from funclens.errors import UsageError

if TYPE_CHECKING:
    import argparse

__all__ = ["add_arguments", "execute"]

_EXTRA = frozenset({"mcp", "mcp_types", "pydantic", "anyio"})
"""Packages that only the extra brings."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_folders(parser)
    parser.add_argument(
        "--trust",
        action="store_true",
        help="allow agents to run the code of the workspace without asking",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Serve until standard input ends. Raises UsageError without the extra."""
    folders = [*workspace_folders(arguments.folders)]
    try:
        from funclens.agents.agent_server import serve  # noqa: PLC0415 - has the extra
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise UsageError(
            "the package 'mcp' is not installed, or not in version 2",
            hint="install the extra: pip install 'funclens[mcp]'",
        ) from error
    serve(folders, is_trusted=arguments.trust)
    return 0
