"""Find the folder of an archive that is built elsewhere, by its name."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from funclens.discovery.deploy.deployment import Deployment

__all__ = ["ArchiveNames", "is_placed"]

_SOURCE_NAME = "main.py"


def is_placed(deployment: Deployment) -> bool:
    """Return whether only a folder tells where the deployment's source is."""
    if deployment.folder is not None:
        return True
    return deployment.archive is None and "/" not in (deployment.source or "")


class ArchiveNames:
    """Finds folders with a main.py by their names."""

    def __init__(self, files: Collection[str]) -> None:
        self._files = files
        self._folders: dict[str, list[str]] = {}
        for path in files:
            folder, name = os.path.split(path)
            if name == _SOURCE_NAME:
                key = _plain(os.path.basename(folder))
                self._folders.setdefault(key, []).append(folder)

    def placed(self, deployment: Deployment) -> Deployment:
        """Return the deployment with the folder of its archive, if exactly one fits."""
        source = deployment.source or ""
        if "/" in source:
            folder = self._holding(source)
        else:
            folder = self._folder(deployment.archive or "")
        return deployment if folder is None else replace(deployment, folder=folder)

    def _holding(self, source: str) -> str | None:
        """Return the only folder with a file at this relative path."""
        end = os.path.join(os.sep, *source.removeprefix("./").split("/"))
        found = [path for path in self._files if path.endswith(end)]
        return found[0][: -len(end)] if len(found) == 1 else None

    def _folder(self, archive: str) -> str | None:
        """Return the only folder named like an archive, else the folder it is in."""
        path = os.path.splitext(archive)[0]
        found = self._folders.get(_plain(os.path.basename(path)), [])
        if path in found:
            return path
        if found:
            return found[0] if len(found) == 1 else None
        own = os.path.dirname(archive)
        if own in self._folders.get(_plain(os.path.basename(own)), ()):
            return own
        return self._above(own)

    def _above(self, path: str) -> str | None:
        """Return the only folder whose path ends like that of the archive."""
        wanted = _plain(path)
        parts = wanted.split(os.sep)
        found = self._folders.get(parts[-1], []) if len(parts) > 1 else []
        best: dict[int, list[str]] = {}
        for folder in found:
            own = _plain(folder).split(os.sep)
            common = 0
            while common < min(len(own), len(parts)) and (
                own[-1 - common] == parts[-1 - common]
            ):
                common += 1
            best.setdefault(common, []).append(folder)
        longest = best[max(best)] if best else []
        return longest[0] if len(longest) == 1 else None


def _plain(name: str) -> str:
    return name.replace("-", "_").lower()
