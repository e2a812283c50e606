"""Static discovery: turns the files of a workspace into facts.

Nothing here imports or runs user code, depends on an editor protocol, or assigns
endpoints and routes; `funclens.catalog` does the latter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from funclens.discovery.discover import Found
    from funclens.discovery.files.document import Change, Position
    from funclens.discovery.files.ignoring.ignore import is_foreign
    from funclens.discovery.folder import FolderFacts, SourceFacts, UnknownEntry
    from funclens.discovery.hidden import Hidden
    from funclens.discovery.workspace import Workspace, WorkspaceFacts

__all__ = [
    "Change",
    "FolderFacts",
    "Found",
    "Hidden",
    "Position",
    "SourceFacts",
    "UnknownEntry",
    "Workspace",
    "WorkspaceFacts",
    "is_foreign",
]

# Defining module of each public name, imported on first use to keep start-up fast.
__getattr__ = lazy_exports(
    __name__,
    {
        "Change": "files.document",
        "FolderFacts": "folder",
        "Found": "discover",
        "Hidden": "hidden",
        "Position": "files.document",
        "SourceFacts": "folder",
        "UnknownEntry": "folder",
        "Workspace": "workspace",
        "WorkspaceFacts": "workspace",
        "is_foreign": "files.ignoring.ignore",
    },
)
