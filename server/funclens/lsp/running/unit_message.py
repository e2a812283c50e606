"""State of one unit as a message to the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.cold_start import cold_start_text

if TYPE_CHECKING:
    from funclens.runner.units.status import UnitStatus

__all__ = ["unit_message"]


def unit_message(status: UnitStatus) -> dict[str, Any]:
    """Return a unit's state, with its cold start in words."""
    text = cold_start_text(status.cold_start) if status.cold_start else ""
    return {**status.state_json(), "cold_start": text}
