"""Open documents by the client's URIs; the workspace owns their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.discovery import Change, Position
from funclens.features.snapshot import absolute
from funclens.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from funclens.lsp.analysis import Analysis
    from funclens.model import Function

__all__ = ["Documents"]


class Documents:
    """Passes the client's texts to the analysis and keeps their URIs."""

    def __init__(self, analysis: Analysis, encoding: str) -> None:
        self._analysis = analysis
        self._texts = analysis.workspace.texts
        self._encoding = encoding
        self._uris: dict[str, str] = {}
        self._saved: dict[str, frozenset[str] | None] = {}
        """Ids of the functions in a text before its edits; None if unknown."""

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
            if path not in self._saved:
                self._saved[path] = self._functions_in(path)
            changes = map(_change, params.content_changes)
            version = params.text_document.version
            self._analysis.edit(path, changes, self._encoding, version)

    def close(self, uri: str) -> None:
        """Use the text on disk again."""
        path = path_of(uri)
        if path in self._uris:
            del self._uris[path]
            self._saved.pop(path, None)
            self._analysis.close(path)

    def saved(self, paths: Iterable[str]) -> None:
        """Take texts as saved until they are edited again."""
        for path in paths:
            self._saved.pop(path, None)

    def unsaved(self, by_file: Mapping[str, Sequence[Function]]) -> frozenset[str]:
        """Return the ids of functions that are only in a text that isn't saved."""
        return frozenset(
            function.id
            for path, known in self._saved.items()
            if known is not None
            for function in by_file.get(path, ())
            if function.id not in known
        )

    def _functions_in(self, path: str) -> frozenset[str] | None:
        """Return the ids of the functions in a text that isn't edited yet."""
        if not self._analysis.is_settled:
            return None
        functions = self._analysis.catalog.functions
        return frozenset(
            function.id
            for function in functions
            if absolute(function.folder, function.file) == path
        )

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
