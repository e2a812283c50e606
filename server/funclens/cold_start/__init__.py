"""How long a unit takes to load in a fresh container, by module. Pure."""

from __future__ import annotations

from funclens.cold_start.cold_start_text import cold_start_text, seconds_text
from funclens.cold_start.import_tree import (
    ColdStart,
    ModuleTime,
    ZygoteImports,
    cold_start_of,
)

__all__ = [
    "ColdStart",
    "ModuleTime",
    "ZygoteImports",
    "cold_start_of",
    "cold_start_text",
    "seconds_text",
]
