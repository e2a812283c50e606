"""Create a new unit: a function, its requirements and a first test.

`new_unit` decides on names and texts; `write` creates the files and never replaces one.
"""

from __future__ import annotations

from funclens.scaffold.function_kinds import KINDS, EventKind, Kind, event_kinds
from funclens.scaffold.new_unit import NewUnit, plan_unit
from funclens.scaffold.write import write_unit

__all__ = [
    "KINDS",
    "EventKind",
    "Kind",
    "NewUnit",
    "event_kinds",
    "plan_unit",
    "write_unit",
]
