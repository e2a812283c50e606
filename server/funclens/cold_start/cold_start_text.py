"""Says how long a cold start takes, and which imports make it slow."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funclens.cold_start.import_tree import ColdStart

__all__ = ["cold_start_text", "seconds_text"]

_WORTH_NAMING = 0.1
"""Share of the cold start from which an import is named."""

_MOST_NAMED = 2


def cold_start_text(start: ColdStart, *, capital: bool = False) -> str:
    """Return the cold start in words: `cold start 2.9 s · pandas 1.4 s`."""
    word = "Cold start" if capital else "cold start"
    named = [
        f"{module.name} {seconds_text(module.cumulative_seconds)}"
        for module in start.slowest_imports[:_MOST_NAMED]
        if module.cumulative_seconds >= _WORTH_NAMING * start.seconds
    ]
    return " · ".join([f"{word} {seconds_text(start.seconds)}", *named])


def seconds_text(seconds: float) -> str:
    """Return a duration as text: `2.9 s`, `180 ms`."""
    return f"{seconds:.1f} s" if seconds >= 0.9995 else f"{seconds * 1000:.0f} ms"
