"""Qualified names: unique in the workspace and derived from paths only."""

from __future__ import annotations

import os
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Place", "qualified_sources"]


@dataclass(frozen=True, slots=True)
class Place:
    """Location of one source."""

    folder: str
    """Absolute path of the workspace folder."""
    path: str
    """Path relative to the folder, with forward slashes."""


def qualified_sources(sources: Iterable[Place]) -> Mapping[Place, str]:
    """Return the dotted path of each source.

    If two would be equal, the name of the workspace folder is prepended. If that isn't
    enough, slashes are kept, and then folders are numbered in path order.
    """
    return _qualified(tuple(dict.fromkeys(sources)))


@lru_cache(maxsize=16)
def _qualified(given: tuple[Place, ...]) -> Mapping[Place, str]:
    """Name the sources. Cached, because edits rarely add or move sources."""
    folders = _folder_names({source.folder for source in given})
    names = {source: _dotted(source.path) for source in given}
    longer = {
        s: f"{printable(os.path.basename(s.folder))}.{_dotted(s.path)}" for s in given
    }
    longest = {s: f"{folders[s.folder]}/{_stem(s.path)}" for s in given}
    for names_if_equal in (longer, longest):
        counted = Counter(names.values())
        names = {
            source: names_if_equal[source] if counted[name] > 1 else name
            for source, name in names.items()
        }
    return names


def _folder_names(folders: set[str]) -> dict[str, str]:
    counted: Counter[str] = Counter()
    names: dict[str, str] = {}
    for folder in sorted(folders):
        name = printable(os.path.basename(folder))
        counted[name] += 1
        names[folder] = name if counted[name] == 1 else f"{name}-{counted[name]}"
    return names


def _stem(path: str) -> str:
    return printable(path.removesuffix(".py"))


def _dotted(path: str) -> str:
    return _stem(path).replace("/", ".")
