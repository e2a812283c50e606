"""When a runner is ready for tests: units are loaded, sources of events connected."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funclens.runner.app import Runner

__all__ = ["LOAD_SECONDS", "wait_until_ready"]

LOAD_SECONDS = 60.0
"""Maximum seconds to wait for units and emulators."""


async def wait_until_ready(runner: Runner, seconds: float = LOAD_SECONDS) -> list[str]:
    """Start all units; wait until each is ready or failed, and events are delivered.

    Returns what is still missing after `seconds`, in words.
    """
    events = runner.bus.subscribe()
    if not runner.is_debugged:  # each would wait for a debugger
        runner.pool.start_all()

    async def wait() -> None:
        while _missing(runner) and await events.take():
            pass

    try:
        await asyncio.wait_for(wait(), seconds)
    except (TimeoutError, asyncio.TimeoutError):
        return _missing(runner)
    finally:
        events.close()
    return []


def _missing(runner: Runner) -> list[str]:
    units = (f"unit {unit}" for unit in runner.pool.starting)
    return [*units, *runner.emulation.unconnected]
