"""Rows as text: in columns, or below each other on a terminal that is too narrow."""

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
) -> str:
    """Return the rows for a terminal of so many columns; None when there is none.

    A row that would be broken by the terminal is shown as lines of its own.
    """
    # Of our own: importing a library for it takes longer than all the rest of `list`.
    rows = [[printable(cell) for cell in row] for row in rows]
    table = [headers, *rows]
    columns_of_text = zip(*[[f"{header}  " for header in headers], *rows], strict=True)
    widths = [max(map(len, column)) for column in columns_of_text]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]
    if columns is None or max(map(len, lines)) <= columns:
        return "\n".join(lines)
    return "\n\n".join(
        "\n".join(
            [
                first,
                *(
                    f"  {name}: {value}"
                    for name, value in zip(headers[1:], rest, strict=True)
                ),
            ]
        )
        for first, *rest in rows
    )


def terminal_columns() -> int | None:
    """Return the width of the terminal on standard output; None when it is none."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError):
        return None
