"""Comments at the top of an exported file that say what is lost in it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from funclens.export.exported import Exported, Loss, Output

__all__ = ["with_comments"]

_WIDTH = 79


def with_comments(output: Output, functions: Iterable[Exported]) -> dict[str, str]:
    """Return the files of an output, the first with comments about all losses.

    A line that begins with `#` is a comment in the files of each target.
    """
    files = dict(output.files)
    comments = [*_lines(output.losses, functions)]
    if comments:
        name, text = next(iter(files.items()))
        lines = text.splitlines(keepends=True)
        head = next(at for at, line in enumerate(lines) if not line.startswith("#"))
        before, after = "".join(lines[:head]), "".join(lines[head:])
        between = "#\n" if before else ""
        end = "" if before else "\n"
        files[name] = "".join([before, between, *comments, end, after])
    return files


def _lines(losses: Iterable[Loss], functions: Iterable[Exported]) -> Iterator[str]:
    reasons: dict[str, dict[str, None]] = {}
    for loss in losses:
        reasons.setdefault(loss.function, {})[loss.reason] = None
    if not reasons:
        return
    yield "# Differs from the workspace:\n"
    for item in functions:
        for reason in reasons.get(item.function.id, ()):
            # Reasons quote texts of the workspace: one line, whatever they contain.
            for line in textwrap.wrap(
                printable(f"{item.name}: {reason}"),
                _WIDTH,
                initial_indent="# - ",
                subsequent_indent="#   ",
                break_long_words=False,
                break_on_hyphens=False,
            ):
                yield f"{line}\n"
