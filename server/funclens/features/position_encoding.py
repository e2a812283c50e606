"""Convert positions to the encoding that the client chose.

Spans count code points from 1; the protocol counts UTF-16, UTF-8 or UTF-32 units from
0. A position past the end of a line means its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.dataclass import dataclass
from funclens.discovery.files.document import count_units, find_column, split_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.model import Span

__all__ = ["Places", "count_units", "find_column", "split_lines"]


@dataclass(frozen=True, slots=True)
class Places:
    """Converts spans and paths for the client."""

    encoding: str
    """The negotiated position encoding."""
    line_of: Callable[[str, int], str]
    """Maps absolute path and 1-based line to the line's text; empty if missing."""
    text_of: Callable[[str], str | None]
    """Maps an absolute path to the whole text; None if there is no file."""
    uri_of: Callable[[str], str]
    """Maps an absolute path to the URI that the client uses."""

    def range(self, path: str, span: Span) -> types.Range:
        """Return the range of a span in the client's units."""
        return types.Range(
            start=self._position(path, span.line, span.column),
            end=self._position(path, span.end_line, span.end_column),
        )

    def location(self, path: str, span: Span) -> types.Location:
        """Return the location of a span."""
        return types.Location(uri=self.uri_of(path), range=self.range(path, span))

    def _position(self, path: str, line: int, column: int) -> types.Position:
        text = self.line_of(path, line).rstrip("\r\n")
        character = count_units(text[: column - 1], self.encoding)
        return types.Position(line=line - 1, character=character)
