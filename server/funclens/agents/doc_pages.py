"""The documentation, as resources for agents. The pages are part of the package."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import funclens

__all__ = ["Document", "documents"]


class Document(NamedTuple):
    """One page."""

    name: str
    """Such as `guides/events`."""
    title: str
    path: Path

    @property
    def uri(self) -> str:
        return f"funclens://docs/{self.name}"


def documents() -> list[Document]:
    """Return the pages for users, in alphabetical order."""
    folder = _folder()
    if folder is None:
        return []
    pages = sorted(
        path
        for pattern in ("get-started.md", "guides/*.md", "reference/*.md")
        for path in folder.glob(pattern)
    )
    return [
        Document(
            path.relative_to(folder).with_suffix("").as_posix(), _title(path), path
        )
        for path in pages
    ]


def _folder() -> Path | None:
    """Return the folder of the docs: in the package, or in a checkout."""
    package = Path(funclens.__file__).resolve().parent
    for folder in (package / "docs", package.parent.parent / "docs"):
        if (folder / "guides").is_dir():
            return folder
    return None


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as page:
        return page.readline().removeprefix("# ").strip()
