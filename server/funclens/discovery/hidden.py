"""Functions hidden by ignore files; searched only for `funclens list`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.files.ignoring.ignore import is_foreign
from funclens.discovery.files.prefilter import is_relevant, names_functions
from funclens.discovery.scoring.project_context import is_test_file
from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Hidden", "hidden_below"]

_MOST_ENTRIES = 20_000
"""Maximum number of files and folders to visit in ignored folders."""

_MOST_MODULES = 200
"""Maximum number of modules to score."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Functions hidden by an ignore file, and the pattern that would include them."""

    place: str
    """Relative path of an ignored file, or of a folder with a trailing slash."""
    functions: int
    """Number of functions found before the search limits were reached."""

    @property
    def pattern(self) -> str:
        """Value to add to the setting `include`."""
        return f"/{self.place}**" if self.place.endswith("/") else f"/{self.place}"


def hidden_below(
    folder: str,
    files: Iterable[str],
    folders: Iterable[str],
    functions_in: Callable[[str], int],
) -> tuple[Hidden, ...]:
    """Return what ignore files hide in a workspace folder.

    `functions_in` returns the number of functions a module would serve.
    """
    entries = iter(range(_MOST_ENTRIES))
    judged = iter(range(_MOST_MODULES))
    found: list[Hidden] = []
    for path in [*sorted(files), *sorted(folders)]:
        is_file = path.endswith(".py") and not os.path.isdir(path)
        modules = [path] if is_file else _modules_below(path, entries)
        count = sum(
            functions_in(module)
            for module in modules
            if _may_hold_functions(module) and next(judged, None) is not None
        )
        if count:
            place = os.path.relpath(path, folder).replace(os.sep, "/")
            found.append(Hidden(place if is_file else place + "/", count))
    return tuple(found)


def _modules_below(top: str, entries: Iterator[int]) -> Iterator[str]:
    pending = [top]
    while pending:
        path = pending.pop()
        try:
            with os.scandir(path) as listed:
                for entry in listed:
                    if next(entries, None) is None:
                        return
                    if entry.is_dir(follow_symlinks=False):
                        if not entry.name.startswith(".") and not is_foreign(
                            path, entry.name
                        ):
                            pending.append(entry.path)
                    elif entry.name.endswith(".py"):
                        yield entry.path
        except OSError:
            continue


def _may_hold_functions(path: str) -> bool:
    if is_test_file(path):
        return False
    try:
        data = read_regular(path)
    except OSError:
        return False
    return is_relevant(
        os.path.basename(path), data, names_functions=names_functions(data)
    )
