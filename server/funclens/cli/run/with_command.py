"""Run a command while the functions are served: `funclens run -- CMD`."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from funclens.cli import stderr
from funclens.cli.run.readiness import LOAD_SECONDS, wait_until_ready
from funclens.cli.run.stop_signals import KILL

if TYPE_CHECKING:
    from funclens.cli.run.async_stdout import Output
    from funclens.cli.run.child_command import Command
    from funclens.runner.app import Runner

__all__ = ["URL_VARIABLE", "run_with"]

URL_VARIABLE = "FUNCLENS_URL"
"""Variable of the command with the runner's address, without a trailing slash."""


async def run_with(
    runner: Runner, command: Command, log: Output, *, end_seconds: float
) -> int:
    """Run the command once the functions are ready; return the exit code.

    If the runner is stopped before, the command is ended within `end_seconds`. Raises
    CommandError if it can't be started.
    """
    stopping = asyncio.create_task(runner.stopping.wait())
    running = asyncio.create_task(_run(runner, command, log))
    first = asyncio.FIRST_COMPLETED
    try:
        await asyncio.wait({stopping, running}, return_when=first)
        if not running.done() and command.is_running:
            command.send(signal.SIGTERM)
            await asyncio.wait({running}, timeout=end_seconds)
            command.send(KILL)
        elif not running.done():
            running.cancel()
            return 128 + command.stopped_by
        return await running
    finally:
        stopping.cancel()


async def _run(runner: Runner, command: Command, log: Output) -> int:
    missing = await wait_until_ready(runner)
    for name in missing:
        text = f"{name} is not ready after {LOAD_SECONDS:.0f} s; starting the command"
        log.write_soon(stderr.warning_text(text))
    return await command.run(
        os.environ | runner.emulation.environment | {URL_VARIABLE: runner.url}
    )
