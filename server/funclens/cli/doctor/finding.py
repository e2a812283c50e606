"""One thing that the doctor has looked at."""

from __future__ import annotations

from typing import Literal

from funclens.dataclass import dataclass

__all__ = ["Finding", "Status"]

Status = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. No text holds the value of a variable."""

    code: str
    """Stable, for programs: `unit-packages`, `port` …."""
    status: Status
    text: str
    advice: str = ""
    """What to do; empty if there is nothing to do."""
