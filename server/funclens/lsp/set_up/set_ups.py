"""Runs set-ups of environments with progress and a log."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING

from funclens.environments import EnvironmentBuild
from funclens.errors import FunclensError
from funclens.lsp.running.output import OutputBatch
from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from funclens.environments import EnvironmentPlan
    from funclens.lsp.window import Window
    from funclens.model import Unit

__all__ = ["SET_UP_OUTPUT", "SetUps"]

SET_UP_OUTPUT = "funclens/setUpOutput"

_LONGEST_LINE = 100
"""Maximum length of a line of output in a progress message."""
_SECONDS_BETWEEN = 0.2
"""Minimum seconds between two progress messages."""


class SetUps:
    """The set-ups of a session; one per environment at a time."""

    def __init__(self, window: Window, on_change: Callable[[], None]) -> None:
        self.units: frozenset[str] = frozenset()
        """Units that are being set up."""
        self._window = window
        self._on_change = on_change
        self._running: dict[str, tuple[EnvironmentBuild, asyncio.Task[bool]]] = {}
        """By environment."""

    async def run(
        self, plan: EnvironmentPlan, units: Sequence[Unit], token: str | None = None
    ) -> bool:
        """Create an environment, or wait for the set-up that is doing so.

        A client with a `token` shows the progress itself. Returns False if somebody
        canceled it. Raises FunclensError if it fails. If
        this coroutine is canceled, so is the set-up.
        """
        if plan.folder not in self._running:
            log = _Log(self._window, units[0].id)
            build = EnvironmentBuild(plan, log.take_from_thread)
            names = [unit.id for unit in units]
            progress = (
                self._window.cancellation(token, build.cancel)
                if token
                else self._window.progress(_title(names), build.cancel)
            )
            task = asyncio.ensure_future(self._build(build, log, names, progress))
            self._running[plan.folder] = build, task
        build, task = self._running[plan.folder]
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            build.cancel()
            await asyncio.wait({task})
            raise

    async def close(self) -> None:
        """Cancel all set-ups and wait until nothing is left of them."""
        for build, _ in self._running.values():
            build.cancel()
        if self._running:
            await asyncio.wait({task for _, task in self._running.values()})

    async def _build(
        self,
        build: EnvironmentBuild,
        log: _Log,
        names: list[str],
        progress: AbstractAsyncContextManager[Callable[[str], None]],
    ) -> bool:
        self.units |= set(names)
        self._on_change()
        began = time.monotonic()
        log.begin(build.plan, names)
        try:
            async with progress as report:
                log.report = report
                await asyncio.to_thread(build.run)
        except FunclensError as error:
            if build.is_cancelled:
                log.take("canceled, nothing was changed")
                return False
            log.take(f"error: {error}")
            if error.hint:
                log.take(f"hint: {error.hint}")
            raise
        finally:
            del self._running[build.plan.folder]
            self.units -= set(names)
            self._on_change()
        log.take(f"done in {time.monotonic() - began:.1f} s")
        return True


def _title(names: Sequence[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"Funclens: setting up {names[0]}{more}"


class _Log:
    """The output of one set-up: all lines for a log, the last one for the progress."""

    def __init__(self, window: Window, unit: str) -> None:
        self.report: Callable[[str], None] = lambda _: None
        """Shows a message in the progress."""
        self._unit = unit
        self._reported_at = 0.0
        self._loop = asyncio.get_running_loop()
        self._output = OutputBatch(
            lambda entries: window.notify(SET_UP_OUTPUT, {"entries": entries})
        )

    def begin(self, plan: EnvironmentPlan, names: Sequence[str]) -> None:
        """Write what is going to be done."""
        requirements = plan.requirements
        folder = os.path.relpath(plan.folder, requirements.folder)
        verb = "adding" if plan.keeps_packages else "creating"
        self.take(f"{', '.join(names)}: {verb} {folder} in {requirements.folder}")
        self.take(f"python: {plan.python}")
        self.take(f"installing {requirements.shown}")

    def take_from_thread(self, line: str) -> None:
        """Take a line of an installer."""
        self._loop.call_soon_threadsafe(self._take_output, line)

    def take(self, line: str) -> None:
        """Write one line."""
        text = printable(line) + "\n"
        self._output.add({"unit": self._unit, "stream": "set-up", "text": text})

    def _take_output(self, line: str) -> None:
        self.take(f"  {line}")
        now = self._loop.time()
        if line.strip() and now - self._reported_at >= _SECONDS_BETWEEN:
            self._reported_at = now
            self.report(printable(line.strip())[:_LONGEST_LINE])
