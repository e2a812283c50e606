"""Discovery: the text of a workspace's files in, facts out.

Nothing here imports or runs user code, knows an editor's protocol or names a
function: endpoints and routes are given by `funclens.catalog`.
"""

from __future__ import annotations

from funclens.discovery.discover import Found
from funclens.discovery.files.document import Change, Position
from funclens.discovery.files.ignore import is_foreign
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
