"""Finds the requirements of a unit."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from funclens.dataclass import dataclass
from funclens.regular_file import read_regular
from funclens.toml import parse_toml

__all__ = ["FRAMEWORK", "Requirements", "find_requirements"]

FRAMEWORK = "functions-framework"
"""Serves the functions, in production and locally."""

_MOST_FILES = 50
"""Maximum number of included requirements files to read."""
_INCLUDE = re.compile(rb"^\s*(?:-r|--requirement)[\s=]+(\S+)", re.MULTILINE)
_HASHES = re.compile(rb"(?:^|\s)--(?:hash|require-hashes)\b")


@dataclass(frozen=True, slots=True)
class Requirements:
    """Packages to install into the environment of a unit."""

    folder: str
    """Absolute folder of the file, or of the unit if there is no file."""
    file: str = ""
    """`requirements.txt`, `pyproject.toml` or empty."""
    packages: tuple[str, ...] = ()
    """Dependencies of a pyproject.toml; `.` if only a build knows them."""
    has_hashes: bool = False
    """Whether the file pins the hashes of its packages."""

    @property
    def file_words(self) -> tuple[str, ...]:
        """Arguments of `pip install`, to be run in `folder`, for the file."""
        return ("-r", self.file) if self.file.endswith(".txt") else self.packages

    @property
    def words(self) -> tuple[str, ...]:
        """The same, for the file and the framework."""
        return (*self.file_words, FRAMEWORK)

    @property
    def shown(self) -> str:
        """Description of what is installed, for a message."""
        return f"{self.file} and {FRAMEWORK}" if self.file else FRAMEWORK


def find_requirements(root: str, folder: str) -> Requirements:
    """Find the requirements of a unit in `root`, or above it up to `folder`.

    A requirements.txt takes precedence over a pyproject.toml, as in production.
    """
    top, place = Path(folder), Path(root)
    places = [place, *(above for above in place.parents if above.is_relative_to(top))]
    for place in places:
        if (place / "requirements.txt").is_file():
            hashes = _has_hashes(place / "requirements.txt")
            return Requirements(str(place), "requirements.txt", has_hashes=hashes)
        packages = _dependencies(place / "pyproject.toml")
        if packages is not None:
            return Requirements(str(place), "pyproject.toml", packages)
    return Requirements(root)


def _has_hashes(path: Path) -> bool:
    """Return whether a requirements file, or one that it includes, has hashes."""
    seen: dict[str, None] = {}
    pending = [str(path)]
    while pending and len(seen) < _MOST_FILES:
        file = pending.pop()
        if file in seen:
            continue
        seen[file] = None
        try:
            data = read_regular(file)
        except OSError:
            continue
        if _HASHES.search(data):
            return True
        folder = os.path.dirname(file)  # noqa: PTH120
        pending += [
            os.path.normpath(os.path.join(folder, os.fsdecode(name)))  # noqa: PTH118
            for name in _INCLUDE.findall(data)
        ]
    return False


def _dependencies(path: Path) -> tuple[str, ...] | None:
    """Return the dependencies of a project, or None if the file declares no project.

    Those of Poetry and dynamic ones are known to a build only.
    """
    try:
        table = parse_toml(read_regular(str(path)).decode())
    except (OSError, ValueError):
        return None
    project = table.get("project")
    if not isinstance(project, dict) or "name" not in project:
        return (".",) if _is_of_poetry(table) else None
    if "dependencies" in _list(project.get("dynamic")):
        return (".",)
    listed = _list(project.get("dependencies"))
    return tuple(item for item in listed if isinstance(item, str))


def _is_of_poetry(table: dict[str, Any]) -> bool:
    tool = table.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    return isinstance(poetry, dict) and "dependencies" in poetry


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
