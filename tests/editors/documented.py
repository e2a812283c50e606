"""The set-ups that docs/guides/editors.md shows, so that tests run what people copy."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "editors.md"


def set_up(section, language, number=0):
    """Return a block of code of `language` in a section, the first if not told."""
    text = PAGE.read_text("utf-8")
    flags = re.MULTILINE | re.DOTALL
    found = re.search(rf"^## {section}$(.*?)(?=^## |\Z)", text, flags)
    return re.findall(rf"^```{language}\n(.*?)^```$", found[1], flags)[number]
