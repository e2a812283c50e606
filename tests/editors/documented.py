"""The set-ups that docs/editors.md shows, so that tests run what people copy."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "editors.md"


def set_up(editor, language):
    """Return the first block of code of `language` in the section of an editor."""
    text = PAGE.read_text("utf-8")
    flags = re.MULTILINE | re.DOTALL
    section = re.search(rf"^## {editor}$(.*?)(?=^## |\Z)", text, flags)
    block = re.search(rf"^```{language}\n(.*?)^```$", section[1], flags)
    return block[1]
