"""What connects the functions of a runner to one emulator, whatever its events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.model import Catalog, Function
    from funclens.runner.emulators.deliverer import Delivery
    from funclens.runner.emulators.emulator import Emulator

__all__ = ["WiringContext"]


@dataclass(slots=True)
class WiringContext:
    """An emulator, and the functions that get its events."""

    emulator: Emulator
    project: str
    prefix: str
    """Prefix of the names of what this runner creates in the emulator."""
    delivery: Delivery
    warn: Callable[[str, str], None]
    """Takes a message and a hint."""
    functions: dict[str, Function] = field(default_factory=dict)
    """By id."""

    def use(self, catalog: Catalog) -> None:
        """Deliver to the functions of a catalog from now on."""
        self.functions = {function.id: function for function in catalog.functions}
