"""Deploy files written into a folder, and what is read in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.discovery.deploy import NearbyFiles, read_deployments
from source_tree import write_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from funclens.discovery.deploy import Deployment


def read(folder: Path, name: str, files: Mapping[str, str]) -> list[Deployment]:
    """Write files and return what the one of that name deploys."""
    write_tree(folder, files)
    path = folder / name
    nearby = NearbyFiles(str(folder), _read_or_none)
    return list(read_deployments(str(path), path.read_bytes(), nearby))


def names(folder: Path, name: str, files: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return entry point and deployed name of each, `-` where it is not known."""
    found = read(folder, name, files)
    return [(item.entry_point or "-", item.name or "-") for item in found]


def places(folder: Path, name: str, files: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the entry point of each and the folder that it is deployed from."""
    return [
        (item.entry_point or "-", _place(item, folder))
        for item in read(folder, name, files)
    ]


def _place(deployment: Deployment, folder: Path) -> str:
    if deployment.folder is None:
        return "-"
    base = deployment.bases[0] if deployment.bases else str(folder)
    path = (folder / base / deployment.folder).resolve()
    return path.relative_to(folder.resolve()).as_posix()


def _read_or_none(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return None
