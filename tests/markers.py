"""Positions in sample sources that carry `# @name` comments.

A test asks for the place by its name and never counts lines:

    def hello(request):
        return "hi"  # @answer

    markers_of(path)["answer"] == 2
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MARKER = re.compile(r"#\s*@([\w-]+)")


def markers_of(path: Path) -> dict[str, int]:
    """Return the 1-based line of each marker; ValueError when a name comes twice."""
    lines: dict[str, int] = {}
    for number, text in enumerate(path.read_text("utf-8").splitlines(), start=1):
        for name in _MARKER.findall(text):
            if name in lines:
                raise ValueError(f"{path} has two markers of one name: {name}")
            lines[name] = number
    return lines
