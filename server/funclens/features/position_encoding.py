"""How a place in a text is written in the encoding that the client chose.

Spans count code points from 1; the protocol counts from 0 in UTF-16, UTF-8 or
UTF-32 units. A place past the end of its line means the end of the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.discovery.files.document import count_units, find_column, split_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.model import Span

__all__ = ["Places", "count_units", "find_column", "split_lines"]


@dataclass(frozen=True, slots=True)
class Places:
    """Turns spans and paths into what the client understands."""

    encoding: str
    """The position encoding that was agreed upon."""
    line_of: Callable[[str, int], str]
    """Absolute path and 1-based line to the line's text; empty if there is none."""
    text_of: Callable[[str], str | None]
    """Absolute path to the whole text; None where there is no file."""
    uri_of: Callable[[str], str]
    """Absolute path to the URI that the client uses for it."""

    def range(self, path: str, span: Span) -> types.Range:
        """Return the range of a span in the client's units."""
        return types.Range(
            start=self._position(path, span.line, span.column),
            end=self._position(path, span.end_line, span.end_column),
        )

    def location(self, path: str, span: Span) -> types.Location:
        """Return file and range of a span."""
        return types.Location(uri=self.uri_of(path), range=self.range(path, span))

    def _position(self, path: str, line: int, column: int) -> types.Position:
        text = self.line_of(path, line).rstrip("\r\n")
        character = count_units(text[: column - 1], self.encoding)
        return types.Position(line=line - 1, character=character)
