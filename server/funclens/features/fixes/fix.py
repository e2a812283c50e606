"""A quick fix, and the context it is built from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.features.fixes.edits import Edits
from funclens.features.position_encoding import split_lines
from funclens.features.snapshot import absolute

if TYPE_CHECKING:
    from lsprotocol import types

    from funclens.features.position_encoding import Places
    from funclens.features.snapshot import Snapshot
    from funclens.model import Function, Problem

__all__ = ["Context", "Fix"]


@dataclass(frozen=True, slots=True)
class Fix:
    """One choice in the editor: an edit, or a command that shows something."""

    title: str
    edit: types.WorkspaceEdit | None = None
    command: types.Command | None = None
    is_preferred: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """A file and everything that fixes in it may read."""

    snapshot: Snapshot
    places: Places
    path: str
    """Absolute path."""
    can_create: bool = False
    """Whether the client can create files."""

    def edits(self) -> Edits:
        """Return an empty collection of edits."""
        return Edits(self.places, self.can_create)

    def text(self) -> str:
        """Return the text of the file."""
        return self.places.text_of(self.path) or ""

    def line(self, number: int) -> str:
        """Return a line of the file (1-based) without its ending."""
        return self.places.line_of(self.path, number).rstrip("\r\n")

    def newline(self) -> str:
        """Return the line ending that the file uses."""
        first = next(iter(split_lines(self.text())), "\n")
        return first[len(first.rstrip("\r\n")) :] or "\n"

    def functions_at(self, problem: Problem) -> list[Function]:
        """Return the functions whose name a problem underlines."""
        path = absolute(problem.folder, problem.file)
        return [
            function
            for function in self.snapshot.by_file.get(path, ())
            if function.name_span == problem.span
        ]
