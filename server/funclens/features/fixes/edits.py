"""Collect text edits by file and build a workspace edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.dataclass import dataclass, field
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.features.position_encoding import Places

__all__ = ["Edits", "place_elsewhere"]


@dataclass(slots=True)
class Edits:
    """Replacements in one or more files."""

    places: Places
    can_create: bool = False
    """Whether the client can create files."""
    _changes: dict[str, list[types.TextEdit]] = field(default_factory=dict)
    _created: list[str] = field(default_factory=list)

    def replace(self, path: str, span: Span, text: str) -> None:
        """Replace a span with `text`."""
        edit = types.TextEdit(self.places.range(path, span), text)
        self._changes.setdefault(path, []).append(edit)

    def insert(self, path: str, line: int, column: int, text: str) -> None:
        """Insert `text` at a 1-based position."""
        self.replace(path, Span(line, column, line, column), text)

    def create(self, path: str, text: str) -> bool:
        """Create a file; return False if the client doesn't support it."""
        if self.can_create:
            self._created.append(path)
            start = types.Position(0, 0)
            edit = types.TextEdit(types.Range(start, start), text)
            self._changes.setdefault(path, []).append(edit)
        return self.can_create

    def build(self) -> types.WorkspaceEdit:
        """Return the edit in the form that the client supports."""
        uri_of = self.places.uri_of
        if not self._created:
            changes = {uri_of(path): edits for path, edits in self._changes.items()}
            return types.WorkspaceEdit(changes=changes)
        creations = [types.CreateFile(uri_of(path)) for path in self._created]
        edits = [
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(uri_of(path)), list(items)
            )
            for path, items in self._changes.items()
        ]
        return types.WorkspaceEdit(document_changes=[*creations, *edits])


def place_elsewhere(edit: types.WorkspaceEdit, uri: str) -> tuple[str, int] | None:
    """Return URI and 0-based line of the last text in another file, or None."""
    changes: dict[str, Sequence[types.TextEdit]] = {**(edit.changes or {})}
    for change in edit.document_changes or ():
        if isinstance(change, types.TextDocumentEdit):
            texts = [item for item in change.edits if isinstance(item, types.TextEdit)]
            changes[change.text_document.uri] = texts
    for other, edits in changes.items():
        if other != uri and edits:
            below = edits[-1].new_text.rstrip("\n").count("\n")
            return other, edits[-1].range.start.line + below
    return None
