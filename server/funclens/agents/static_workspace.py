"""Reads the workspace without running anything: functions and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from funclens.catalog import build_catalog
from funclens.discovery import Workspace
from funclens.folder_settings import FolderSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from funclens.model import Catalog

__all__ = ["ReadCatalog", "read_catalog"]


class ReadCatalog(NamedTuple):
    """What the files say at the moment."""

    catalog: Catalog
    notes: tuple[str, ...]
    """Sentences about what was not read."""
    pythons: Mapping[str, str]
    """The settings `python` by workspace folder."""


def read_catalog(folders: Sequence[str]) -> ReadCatalog:
    """Read all folders. Raises FolderError."""
    source = FolderSettings(folders)
    settings = source.read()
    workspace = Workspace([*settings], settings)
    workspace.load()
    facts = workspace.facts()
    catalog = build_catalog(facts)
    notes = (*source.complaints, *facts.notes, *catalog.notes)
    pythons = {folder: known.python for folder, known in settings.items()}
    return ReadCatalog(catalog, notes, pythons)
