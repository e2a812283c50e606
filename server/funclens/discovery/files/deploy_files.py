"""Deployments in the deploy files of a folder, read on demand and cached."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.deploy import Deployment, NearbyFiles, read_deployments
from funclens.discovery.deploy.archive_names import ArchiveNames, is_placed
from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.terraform.reader import TerraformReader
    from funclens.discovery.files.reading import Reading
    from funclens.discovery.files.walk import Scan

__all__ = ["DeployFiles"]


@dataclass(frozen=True, slots=True)
class _Said:
    """Deployments of one deploy file, and the other files it depends on."""

    deployments: tuple[Deployment, ...]
    nearby: NearbyFiles


class DeployFiles:
    """The deployments of one folder; its Scan says which deploy files exist."""

    def __init__(self, folder: str, reading: Reading) -> None:
        self._folder = folder
        self._reading = reading
        self._said: dict[str, _Said] = {}
        self._terraform: TerraformReader | None = None
        self._archive_names: ArchiveNames | None = None

    def deployments(self, scan: Scan) -> Iterator[Deployment]:
        """Yield the deployments in path order, with Terraform last."""
        for deployment in self._said_by_files(scan):
            if is_placed(deployment):
                yield deployment
                continue
            if self._archive_names is None:
                self._archive_names = ArchiveNames(scan.files)
            yield self._archive_names.placed(deployment)

    def changed(self, path: str) -> None:
        """Forget a file or folder that changed on disk, and what depends on it."""
        for file in [
            file for file, said in self._said.items() if said.nearby.is_stale(path)
        ]:
            del self._said[file]
        if self._terraform is not None:
            self._terraform.changed(path)

    def forget(self, path: str) -> None:
        """Forget the deployments of one deploy file."""
        self._said.pop(path, None)

    def forget_below(self, folder: str) -> None:
        """Forget the deployments of the files below a folder."""
        inside = folder + os.sep
        for path in [path for path in self._said if path.startswith(inside)]:
            del self._said[path]

    def forget_folders(self) -> None:
        """Forget which folders can be archived: modules were added or removed."""
        self._archive_names = None

    def _said_by_files(self, scan: Scan) -> Iterator[Deployment]:
        for path in sorted(scan.deploy_files):
            said = self._said.get(path)
            if said is None:
                nearby = NearbyFiles(self._folder, self._reading.read)
                data = scan.deploy_files[path]
                reading = partial(read_deployments, path, data, nearby)
                said = _Said(self._reading.confined(path, reading, ()), nearby)
                nearby.forget_texts()
                self._said[path] = said
            yield from said.deployments
        if scan.terraform:
            yield from self._in_terraform(scan)

    def _in_terraform(self, scan: Scan) -> Iterator[Deployment]:
        if self._terraform is None:
            from funclens.discovery.deploy.terraform.reader import (  # noqa: PLC0415  # few have any
                TerraformReader,
            )

            self._terraform = TerraformReader(
                self._folder, _read_quietly, self._reading.notes
            )
        yield from self._terraform.deployments(scan.terraform)


def _read_quietly(path: str) -> bytes | None:
    """Return the bytes of an optional file; a missing one is not noted."""
    try:
        return read_regular(path)
    except OSError:
        return None
