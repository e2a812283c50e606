"""Escapes the text that an editor shows, on its way out, in every message.

Names of files and messages of exceptions may hold control characters, bidirectional
marks and undecodable bytes. What an editor works with (URIs, edits, the fields of our
own messages) goes out as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from funclens.printable import printable

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["escape_shown_text"]

_SHOWN = (
    (types.Command, "title"),
    (types.CodeAction, "title"),
    (types.DiagnosticRelatedInformation, "message"),
    (types.Diagnostic, "message"),
    (types.MarkupContent, "value"),
    (types.WorkspaceSymbol, "name"),
    (types.ShowMessageParams, "message"),
    (types.LogMessageParams, "message"),
    (types.WorkDoneProgressBegin, "title"),
    (types.ResponseError, "message"),
)
"""Inner ones first: the converter looks a part up once, when it meets the whole."""


def escape_shown_text(converter: Converter) -> None:
    """Have a converter escape what people read."""
    for kind, field in _SHOWN:
        _escape(converter, kind, field)


def _escape(converter: Converter, kind: type[Any], field: str) -> None:
    unstructure = converter.get_unstructure_hook(kind)

    def escaped(value: Any) -> Any:
        found = unstructure(value)
        text = found.get(field)
        if isinstance(text, str) and not text.isprintable():
            found[field] = printable(text, lines=True)
        return found

    converter.register_unstructure_hook(kind, escaped)
