"""The runner for a call: the folder's, or one started for the call."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from funclens.runner.api.client import find_runner
from funclens.runner.api.process import RunnerProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from funclens.runner.api.client import RunnerClient

__all__ = ["reached_runner"]


@contextlib.asynccontextmanager
async def reached_runner(
    folders: Sequence[str],
    say: Callable[[str], None],
    on_event: Callable[[Mapping[str, Any]], None],
) -> AsyncIterator[RunnerClient]:
    """Connect to the runner of the folders, or start one for the block.

    `on_event` receives all events of a started one. Raises RunnerError if it doesn't
    start.
    """
    found = await find_runner(folders)
    if found is not None:
        yield found
        return
    say("No runner for this folder; starting one for this call")
    process = await RunnerProcess.start(folders, ["--port", "0"], on_event=on_event)
    try:
        yield process.client
    finally:
        await process.end()
