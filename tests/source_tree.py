"""Small workspaces written where a test wants them, and what is found in them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from funclens.catalog import build_catalog
from funclens.discovery import Workspace
from funclens.settings_parser import from_pyproject, merge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from funclens.model import Catalog, Function, Problem


def write_tree(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files, dedented, below a folder that need not exist; return the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(textwrap.dedent(text).encode("utf-8"))
    return folder


def open_tree(*folders: Path) -> Workspace:
    """Return a loaded workspace of folders, with the settings of each."""
    settings = {str(folder): merge(from_pyproject(folder)) for folder in folders}
    workspace = Workspace([str(folder) for folder in folders], settings)
    workspace.load()
    return workspace


def catalog_of(*folders: Path, in_production: bool = False) -> Catalog:
    """Return what is known of folders."""
    return build_catalog(open_tree(*folders).facts(), in_production=in_production)


def functions_of(*folders: Path) -> dict[str, Function]:
    """Return the functions of folders by their id."""
    return {function.id: function for function in catalog_of(*folders).functions}


def problems_of(
    *folders: Path, code: str = "", in_production: bool = False
) -> list[Problem]:
    """Return the problems of folders, all or those of one code."""
    return [
        problem
        for problem in catalog_of(*folders, in_production=in_production).problems
        if not code or problem.code == code
    ]
