"""Format rows as aligned columns, or as blocks on a narrow terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["terminal_columns", "text_table"]


def text_table(
    rows: Sequence[Sequence[str]], headers: Sequence[str], columns: int | None = None
) -> list[str]:
    """Return lines for a terminal width; None means unlimited.

    A row that doesn't fit is shown as several lines.
    """
    # Handwritten: importing a library takes longer than the rest of `list`.
    rows = [[printable(cell) for cell in row] for row in rows]
    table = [headers, *rows]
    columns_of_text = zip(*[[f"{header}  " for header in headers], *rows], strict=True)
    widths = [max(map(len, column)) for column in columns_of_text]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]
    if columns is None or max(map(len, lines)) <= columns:
        return lines
    lines = []
    for first, *rest in rows:
        lines += ["", first]
        lines += [
            f"  {name}: {value}" for name, value in zip(headers[1:], rest, strict=True)
        ]
    return lines[1:]


def terminal_columns() -> int | None:
    """Return the width of the terminal; None if standard output isn't one."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError):
        return None
