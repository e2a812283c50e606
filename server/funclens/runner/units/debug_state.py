"""Whether a unit is debugged, with what environment, and where debugpy listens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from funclens.errors import RunnerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.runner.units.status import DebugAddress

__all__ = ["DebugState"]


class DebugState:
    """The debugger of a unit, over the lives of several workers."""

    def __init__(self) -> None:
        self.is_on = False
        """Whether workers start under debugpy until `end`, failed ones too."""
        self.environment: Mapping[str, str] = {}
        """Added to that of the worker for as long as the unit is debugged."""
        self._address: asyncio.Future[DebugAddress] | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether the current worker has a debugger, or will have."""
        return self._address is not None

    def begin(self, extra: Mapping[str, str] | None) -> None:
        """Have the next workers start under debugpy."""
        self.environment = extra or {}
        self.is_on = True

    def end(self) -> None:
        """Have the next workers start without."""
        self.is_on = False
        self.environment = {}

    def expect(self, *, is_debugged: bool) -> None:
        """Take note of a start."""
        loop = asyncio.get_running_loop()
        self._address = loop.create_future() if is_debugged else None

    def listens(self, address: DebugAddress) -> None:
        """Tell those that wait where the debugger listens."""
        if self._address is not None and not self._address.done():
            self._address.set_result(address)

    def forget(self, error: Exception | None = None) -> None:
        """Tell those that wait that the worker is gone."""
        future, self._address = self._address, None
        if future is not None and not future.done():
            future.set_exception(error or RunnerError("it was replaced"))
            future.exception()  # nobody may be waiting

    async def address(self, unit: str) -> DebugAddress:
        """Wait until debugpy listens.

        Raises RunnerError when the worker cannot be started.
        """
        if self._address is None:
            raise RunnerError(f"{unit} cannot be debugged: it ended")
        try:
            return await asyncio.shield(self._address)
        except RunnerError as error:
            self.is_on = self._address is not None
            raise RunnerError(f"{unit} cannot be debugged: {error}") from error
