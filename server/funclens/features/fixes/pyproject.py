"""Edits of pyproject.toml that keep the rest of the file unchanged."""

from __future__ import annotations

import json
import re
from typing import Any

from funclens.dataclass import dataclass
from funclens.toml import parse_toml

__all__ = ["Insertion", "insert_setting"]

_HEADER = re.compile(r"^[ \t]*\[(?P<name>[^\[\]\n]+)\][ \t]*(?:#.*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Insertion:
    """Text to insert at an offset."""

    offset: int
    """Code points from the start of the text."""
    text: str


def insert_setting(text: str, table: str, key: str, value: str) -> Insertion | None:
    """Return the edit that adds `key = value` to `[tool.funclens.<table>]`.

    None if the text is invalid TOML, already has the key, or has the table in a form
    that can't be extended.
    """
    before = _parse(text)
    wanted = _table(before, table) if before is not None else None
    if wanted is None or key in wanted:
        return None
    line = f"{json.dumps(key)} = {json.dumps(value)}\n"
    insertion = _into_table(text, f"tool.funclens.{table}", line)
    after = _parse(_apply(text, insertion))
    if after is None or _table(after, table) != {**wanted, key: value}:
        return None
    return insertion


def _into_table(text: str, name: str, line: str) -> Insertion:
    for match in _HEADER.finditer(text):
        if re.sub(r"[\s\"']", "", match["name"]) == name:
            after = match.end() + 1
            gap = "" if after <= len(text) else "\n"
            return Insertion(min(after, len(text)), gap + line)
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return Insertion(len(text), f"{gap}[{name}]\n{line}")


def _apply(text: str, insertion: Insertion) -> str:
    return text[: insertion.offset] + insertion.text + text[insertion.offset :]


def _parse(text: str) -> dict[str, Any] | None:
    try:
        return parse_toml(text)
    except ValueError:
        return None


def _table(document: dict[str, Any], table: str) -> dict[str, Any] | None:
    """Return the table, empty if it is missing, or None if it isn't a table."""
    value: Any = document
    for name in ("tool", "funclens", table):
        value = value.get(name, {}) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else None
