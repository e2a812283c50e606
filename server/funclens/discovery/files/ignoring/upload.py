"""Which files of a source folder a deployment uploads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.files.ignoring.patterns import patterns_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pathspec import GitIgnoreSpec

__all__ = ["Uploads"]

_FILE = ".gcloudignore"


class Uploads:
    """The .gcloudignore files of one workspace folder."""

    def __init__(self, is_ignored: Callable[[str], bool]) -> None:
        self._is_ignored = is_ignored
        self._specs: dict[str, GitIgnoreSpec | None] = {}

    def forget(self) -> None:
        """Drop cached ignore files."""
        self._specs = {}

    def has(self, root: str, path: str, markers: Collection[str]) -> bool:
        """Return whether deploying a folder uploads a file in it.

        `markers` are the known non-module files. gcloud also leaves out what .gitignore
        names, unless a .gcloudignore says otherwise.
        """
        if self._is_ignored(path):
            return False
        if root not in self._specs:
            file = os.path.join(root, _FILE)
            self._specs[root] = patterns_in(file)[0] if file in markers else None
        spec = self._specs[root]
        inside = path[len(root) + 1 :].replace(os.sep, "/")
        return spec is None or not spec.match_file(inside)
