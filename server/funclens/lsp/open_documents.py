"""Open documents by the client's URIs; the workspace owns their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.discovery import Change, Position
from funclens.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.lsp.analysis import Analysis

__all__ = ["Documents"]


class Documents:
    """Passes the client's texts to the analysis and keeps their URIs."""

    def __init__(self, analysis: Analysis, encoding: str) -> None:
        self._analysis = analysis
        self._texts = analysis.workspace.texts
        self._encoding = encoding
        self._uris: dict[str, str] = {}

    def open(self, item: types.TextDocumentItem) -> None:
        """Open a document; ignored if it isn't a file."""
        path = path_of(item.uri)
        if path is not None:
            self._uris[path] = item.uri
            self._analysis.open(path, item.text, item.version)

    def edit(self, params: types.DidChangeTextDocumentParams) -> None:
        """Apply changes in order."""
        path = path_of(params.text_document.uri)
        if path in self._uris:
            changes = map(_change, params.content_changes)
            version = params.text_document.version
            self._analysis.edit(path, changes, self._encoding, version)

    def close(self, uri: str) -> None:
        """Use the text on disk again."""
        path = path_of(uri)
        if path in self._uris:
            del self._uris[path]
            self._analysis.close(path)

    def __iter__(self) -> Iterator[str]:
        """Yield the paths of the open files."""
        return iter(self._uris)

    def __contains__(self, path: str) -> bool:
        return path in self._uris

    def version_of(self, path: str) -> int | None:
        """Return the client's version of an open text; None for a closed file."""
        document = self._texts.document(path)
        return document.version if document else None

    def uri_of(self, path: str) -> str:
        """Return the client's URI of an open file, or one built from the path."""
        return self._uris.get(path) or uri_of(path)


def _change(event: types.TextDocumentContentChangeEvent) -> Change:
    if isinstance(event, types.TextDocumentContentChangeWholeDocument):
        return Change(event.text)
    start, end = event.range.start, event.range.end
    return Change(
        event.text,
        Position(start.line, start.character),
        Position(end.line, end.character),
    )
