"""Project context of a module: the files in its folder and in the folders above."""

from __future__ import annotations

import os
import re
from itertools import islice
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

__all__ = ["MARKERS", "ProjectContext", "find_project_context", "is_test_file"]

SOURCE_NAME = "main.py"
"""File that production loads if no source is named."""

MARKERS = {
    "requirements.txt": "requirements",
    "pyproject.toml": "manifest",
    "Pipfile": "manifest",
    "poetry.lock": "manifest",
    "setup.cfg": "manifest",
    ".gcloudignore": "google",
    "firebase.json": "google",
    "manage.py": "django",
    "serverless.yml": "aws",
    "serverless.yaml": "aws",
    "samconfig.toml": "aws",
    "template.yaml": "aws",
    "template.yml": "aws",
    "cdk.json": "aws",
    "zappa_settings.json": "aws",
    "host.json": "azure",
    "function.json": "azure",
}
"""Files that show which platform the modules in and below their folder target."""

_MOST_SIBLINGS = 50
_TEST_FILE = re.compile(r"(?:test_.*|.*_test|tests|conftest|noxfile.*|setup)\.py")
_TEST_FOLDERS = frozenset({"test", "tests", "testing"})
_AWS_TEMPLATE = re.compile(rb"AWS::|Transform:|provider:\s*(?:name:\s*)?[\"']?aws")
_REQUIRED = {
    "requirements": re.compile(
        rb"^\s*(?:functions[-_.]framework|firebase[-_.]functions)", re.MULTILINE
    ),
    "manifest": re.compile(
        rb"^\s*[\"']?(?:name\s*=\s*\"|dependencies\s*=\s*\[\s*[\"'])?"
        rb"(?:functions[-_.]framework|firebase[-_.]functions)",
        re.MULTILINE,
    ),
}
"""Patterns that find a required functions framework, by kind of file."""


@dataclass(frozen=True, slots=True)
class ProjectContext:
    """What a module's location says about its definitions."""

    is_main: bool = False
    """True for `main.py`."""
    is_test: bool = False
    """True for a test module."""
    is_below_tests: bool = False
    """True for a module in a test folder, unless the folder has a `main.py`."""
    is_in_package: bool = False
    """True if its folder or the parent folder has an `__init__.py`."""
    siblings: tuple[str, ...] = ()
    """At most 50 other modules of its folder; empty for `main.py`."""
    importers: tuple[str, ...] = ()
    """Modules anywhere that may import it; empty for `main.py`."""
    near_functions: bool = False
    """True if a module in its folder or a sibling folder imports a framework."""
    requires_framework: bool = False
    """True if the requirements of its folder include a functions framework."""
    platforms: frozenset[str] = frozenset()
    """`google`, `aws`, `azure` or `django`, from files in its folder or above."""


def is_test_file(path: str) -> bool:
    """Return whether a module contains tests; `main.py` never does."""
    name = os.path.basename(path)
    if name == SOURCE_NAME:
        return False
    return _TEST_FILE.fullmatch(name) is not None


def find_project_context(
    path: str,
    folder: str,
    *,
    modules: Collection[str],
    modules_in: Callable[[str], Iterable[str]],
    markers_in: Callable[[str], Iterable[str]],
    near_functions: Callable[[str], bool],
    importers: tuple[str, ...],
    read: Callable[[str], bytes],
) -> ProjectContext:
    """Return the project context of a module in a workspace folder.

    `modules` are the paths of all known modules. `modules_in` returns the modules of a
    folder in order, `markers_in` the names of its marker files; `near_functions` says
    whether functions are in it or in a sibling folder. `importers` are the modules that
    import it. `read` returns the bytes of a file, or empty bytes on failure.
    """
    own = os.path.dirname(path)
    platforms: set[str] = set()
    requires_framework = False
    above = own
    while above.startswith(folder):
        for name in markers_in(above):
            marker = os.path.join(above, name)
            platform = MARKERS[name]
            if platform in _REQUIRED:
                found = above == own and _REQUIRED[platform].search(read(marker))
                requires_framework = requires_framework or bool(found)
            elif not name.startswith(
                ("template.", "serverless.")
            ) or _AWS_TEMPLATE.search(read(marker)):
                platforms.add(platform)
        if above == folder:
            break
        above = os.path.dirname(above)
    return ProjectContext(
        is_main=os.path.basename(path) == SOURCE_NAME,
        is_test=is_test_file(path),
        is_below_tests=_is_below_tests(path, folder)
        and os.path.join(own, SOURCE_NAME) not in modules,
        is_in_package=any(
            os.path.join(base, "__init__.py") in modules
            for base in (own, os.path.dirname(own))
        ),
        siblings=_siblings(path, modules_in),
        importers=importers,
        near_functions=near_functions(own),
        requires_framework=requires_framework,
        platforms=frozenset(platforms),
    )


def _siblings(path: str, modules_in: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    if os.path.basename(path) == SOURCE_NAME:
        return ()
    others = (other for other in modules_in(os.path.dirname(path)) if other != path)
    return tuple(islice(others, _MOST_SIBLINGS))


def _is_below_tests(path: str, folder: str) -> bool:
    if os.path.basename(path) == SOURCE_NAME:
        return False
    parts = path[len(folder) + 1 :].split(os.sep)[:-1]
    return not _TEST_FOLDERS.isdisjoint(parts)
