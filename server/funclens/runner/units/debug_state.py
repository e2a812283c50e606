"""Debugging state of a unit: whether, with which environment, and where."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from funclens.errors import RunnerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.runner.units.status import DebugAddress

__all__ = ["DebugState"]


class DebugState:
    """Debugging state of a unit across worker restarts."""

    def __init__(self) -> None:
        self.is_on = False
        """Whether workers start under debugpy until `end`, even after failures."""
        self.environment: Mapping[str, str] = {}
        """Additional environment variables while the unit is debugged."""
        self._address: asyncio.Future[DebugAddress] | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether the current worker has or will have a debugger."""
        return self._address is not None

    def begin(self, extra: Mapping[str, str] | None) -> bool:
        """Start the next workers under debugpy; return whether the current won't do.

        `extra` replaces the additional environment; None if any will do.
        """
        is_other = extra is not None and extra != self.environment
        if self.is_awaited and not is_other:
            return False
        self.environment = extra or {}
        self.is_on = True
        return True

    def end(self) -> None:
        """Start the next workers without debugpy."""
        self.is_on = False
        self.environment = {}

    def expect(self, *, is_debugged: bool) -> None:
        """Record the start of a worker."""
        loop = asyncio.get_running_loop()
        self._address = loop.create_future() if is_debugged else None

    def listens(self, address: DebugAddress) -> None:
        """Pass the debugger's address to those waiting for it."""
        if self._address is not None and not self._address.done():
            self._address.set_result(address)

    def forget(self, error: Exception | None = None) -> None:
        """Notify those waiting that the worker is gone."""
        future, self._address = self._address, None
        if future is not None and not future.done():
            future.set_exception(error or RunnerError("it was replaced"))
            future.exception()  # mark as retrieved

    async def address(self, unit: str) -> DebugAddress:
        """Wait until debugpy listens.

        Raises RunnerError if the worker can't be started.
        """
        if self._address is None:
            raise RunnerError(f"{unit} cannot be debugged: it ended")
        try:
            return await asyncio.shield(self._address)
        except RunnerError as error:
            self.is_on = self._address is not None
            raise RunnerError(f"{unit} cannot be debugged: {error}") from error
