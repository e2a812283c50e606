"""Convert the parser's byte offsets to lines and columns in code points."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.model import Span

if TYPE_CHECKING:
    import ast

__all__ = ["LineCount", "Lines"]

_NAME = re.compile(r"(?:async\s+)?(?:def|class)\s+(\w+)")


class Lines:
    """The lines of a text, with columns in code points."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.plain = text.isascii()

    def span(self, node: ast.stmt | ast.expr | ast.alias) -> Span:
        """Return the span of a node."""
        end_line = node.end_lineno or node.lineno
        return Span(
            node.lineno,
            self.column(node.lineno, node.col_offset),
            end_line,
            self.column(end_line, node.end_col_offset or 0),
        )

    def column(self, line: int, offset: int) -> int:
        """Return the 1-based column of an offset in UTF-8 bytes."""
        if self.plain:
            return offset + 1
        return (
            len(self.lines[line - 1].encode()[:offset].decode("utf-8", "replace")) + 1
        )

    def name_span(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    ) -> Span:
        """Return the span of a definition's name."""
        line = self.lines[node.lineno - 1] if node.lineno <= len(self.lines) else ""
        found = _NAME.match(line, node.col_offset)
        if found is None:
            return Span(node.lineno, node.col_offset + 1, node.lineno, len(line) + 1)
        return Span(node.lineno, found.start(1) + 1, node.lineno, found.end(1) + 1)


class LineCount:
    """Counts lines above ascending offsets of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._offset = 0
        self._count = 0

    def before(self, offset: int) -> int:
        """Return the number of lines above an offset; offsets must not decrease."""
        self._count += self._text.count("\n", self._offset, offset)
        self._offset = offset
        return self._count
