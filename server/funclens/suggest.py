"""Suggest known names for a misspelled one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["closest", "did_you_mean", "nearest"]

_ALIKE = 0.5
"""Minimum similarity, from 0 (nothing in common) to 1 (equal)."""

_QUITE_ALIKE = 0.6
"""Minimum similarity of a name that is offered alone."""


def nearest(
    names: Iterable[str], word: str, most: int = 3, alike: float = _ALIKE
) -> list[str]:
    """Return at most `most` names that resemble a word, the closest first."""
    import difflib  # noqa: PLC0415 - only after a mistake

    by_folded: dict[str, str] = {}
    for name in names:
        by_folded.setdefault(_folded(name), name)
    found = difflib.get_close_matches(_folded(word), by_folded, most, alike)
    return [by_folded[folded] for folded in found]


def closest(names: Iterable[str], word: str) -> str:
    """Return the name that resembles a word most; empty if nothing is close."""
    return next(iter(nearest(names, word, 1, _QUITE_ALIKE)), "")


def did_you_mean(names: Iterable[str], word: str) -> str:
    """Return a question with a trailing space; empty if nothing is close."""
    found = nearest(names, word)
    return f"did you mean {' or '.join(map(repr, found))}? " if found else ""


def _folded(name: str) -> str:
    return name.lower().replace("-", "_")
