"""Workspace folders of a command line, each with its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.cli import stderr
from funclens.folder_settings import FolderSettings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from funclens.settings import Settings

__all__ = ["add_folder", "add_folders", "read_settings", "workspace_folders"]


def add_folders(parser: argparse.ArgumentParser) -> None:
    """Add the positional argument for workspace folders."""
    parser.add_argument(
        "folders",
        nargs="*",
        metavar="FOLDER",
        default=["."],
        help="workspace folders (default: the current folder)",
    )


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Add the positional argument for one workspace folder."""
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="FOLDER",
        default=".",
        help="workspace folder (default: the current folder)",
    )


def workspace_folders(names: Sequence[str]) -> dict[str, Settings]:
    """Map absolute folders to their settings, in command line order.

    Invalid settings in pyproject.toml are ignored with a warning. Raises FolderError
    for a name that is not a folder.
    """
    return read_settings(FolderSettings(names))


def read_settings(source: FolderSettings) -> dict[str, Settings]:
    """Read settings; warn about invalid ones."""
    found = source.read()
    for complaint in source.complaints:
        stderr.warning(complaint)
    return found
