"""What connects the functions of a runner to one emulator, whatever its events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.model import Catalog, Function
    from funclens.runner.emulators.deliverer import Delivery
    from funclens.runner.emulators.emulator import Emulator

__all__ = ["WiringContext"]


_PATIENCE_SECONDS = 10.0
_LOSS_SECONDS = 1.0
"""After that time without a connection, an emulator that was up is gone."""


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
    is_gone: bool = False
    """Whether it was reported that the emulator ended."""
    _has_answered: bool = False
    _is_missed: bool = False
    """Whether it was reported that no emulator answers."""

    async def up(self) -> None:
        """Wait until the emulator accepts connections; report if that takes long."""
        starting = asyncio.ensure_future(self.emulator.up())
        try:
            patience = _LOSS_SECONDS if self._has_answered else _PATIENCE_SECONDS
            done, _ = await asyncio.wait({starting}, timeout=patience)
            is_theirs = not self.emulator.is_own
            if not done and self._has_answered:
                self.lost()
            elif not done and is_theirs and not self._is_missed:
                self._is_missed = True
                self.warn(
                    f"no {self._name} emulator answers at {self.emulator.host}",
                    "events are delivered when it is up; unset "
                    f"{self.emulator.kind.variable} to have one started",
                )
            await starting
        finally:
            starting.cancel()

    def lost(self) -> None:
        """Report once that the emulator is gone."""
        if not self.is_gone:
            self.is_gone = True
            self.warn(
                f"the {self._name} emulator at {self.emulator.host} is gone",
                "events are delivered again when it is back",
            )

    def answered(self) -> None:
        """Report that an emulator that was gone is back."""
        self._has_answered = True
        if self.is_gone:
            self.is_gone = False
            self.warn(f"the {self._name} emulator at {self.emulator.host} is back", "")

    @property
    def _name(self) -> str:
        return self.emulator.kind.name

    def use(self, catalog: Catalog) -> None:
        """Deliver to the functions of a catalog from now on."""
        self.functions = {function.id: function for function in catalog.functions}
