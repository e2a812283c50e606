"""Finds the requirements of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from funclens.regular_file import read_regular
from funclens.toml import parse_toml

__all__ = ["FRAMEWORK", "Requirements", "find_requirements"]

FRAMEWORK = "functions-framework"
"""Serves the functions, in production and locally."""


@dataclass(frozen=True, slots=True)
class Requirements:
    """Packages to install into the environment of a unit."""

    folder: str
    """Absolute folder of the file, or of the unit if there is no file."""
    file: str = ""
    """`requirements.txt`, `pyproject.toml` or empty."""
    packages: tuple[str, ...] = ()
    """Dependencies of a pyproject.toml."""

    @property
    def words(self) -> tuple[str, ...]:
        """Arguments of `pip install`, to be run in `folder`."""
        named = ("-r", self.file) if self.file.endswith(".txt") else self.packages
        return (*named, FRAMEWORK)

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
            return Requirements(str(place), "requirements.txt")
        packages = _dependencies(place / "pyproject.toml")
        if packages is not None:
            return Requirements(str(place), "pyproject.toml", packages)
    return Requirements(root)


def _dependencies(path: Path) -> tuple[str, ...] | None:
    """Return the dependencies of a project, or None if the file declares no project."""
    try:
        project = parse_toml(read_regular(str(path)).decode()).get("project")
    except (OSError, ValueError):
        return None
    if not isinstance(project, dict) or "name" not in project:
        return None
    listed = project.get("dependencies", [])
    return tuple(item for item in listed if isinstance(item, str))
