"""The runner that a call goes to: the folder's, or one started for the call."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

from funclens.errors import RunnerError
from funclens.runner.api.client import RunnerClient, find_runner
from funclens.runner.api.process import run_command

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    Event = Mapping[str, Any]
    Say = Callable[[str], None]

__all__ = ["Happenings", "following", "reached_runner"]

_LINE_LIMIT = 16_777_216
_END_SECONDS = 10.0


@contextlib.asynccontextmanager
async def reached_runner(
    folders: Sequence[str], say: Say, on_event: Callable[[Event], None]
) -> AsyncIterator[RunnerClient]:
    """Reach the runner of the folders, or start one that ends with the block.

    `on_event` gets all events of the one that is started, to the last. Raises
    RunnerError when it does not come up.
    """
    found = await find_runner(folders)
    if found is not None:
        yield found
        return
    say("No runner for this folder; starting one for this call")
    async with _started(folders, on_event) as client:
        yield client


@contextlib.asynccontextmanager
async def _started(
    folders: Sequence[str], on_event: Callable[[Event], None]
) -> AsyncIterator[RunnerClient]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *run_command(folders, ["--port", "0"]),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        limit=_LINE_LIMIT,
    )
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    assert process.stderr is not None  # noqa: S101 - it is a pipe
    words = asyncio.create_task(process.stderr.read())
    told: asyncio.Task[None] | None = None
    try:
        line = await process.stdout.readline()
        if not line:
            said = (await words).decode("utf-8", "replace").strip()
            raise RunnerError(f"the runner did not start: {said}")
        told = asyncio.create_task(_tell(process.stdout, on_event))
        ready = json.loads(line)
        yield RunnerClient(ready["url"], ready["token"])
    finally:
        await _end(process)
        await asyncio.gather(words, *([told] if told else []))


async def _tell(
    stream: asyncio.StreamReader, on_event: Callable[[Event], None]
) -> None:
    """Pass on the events that the runner prints, until it has ended."""
    while line := await stream.readline():
        on_event(json.loads(line))


async def _end(process: asyncio.subprocess.Process) -> None:
    """Let the runner end by closing its input, as our own death would."""
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), _END_SECONDS)
    except (TimeoutError, asyncio.TimeoutError):
        process.kill()
        await process.wait()


class Happenings:
    """The events of a runner, from the moment that somebody listens."""

    def __init__(self) -> None:
        self._seen: list[Event] = []
        self._changed = asyncio.Condition()
        self._is_over = False

    async def follow(self, client: RunnerClient) -> None:
        """Note every event until the runner ends."""
        try:
            async for event in client.events():
                await self._note(event)
        finally:
            async with self._changed:
                self._is_over = True
                self._changed.notify_all()

    async def first(self, name: str, seconds: float, **fields: Any) -> Event | None:
        """Return the first event with these values; None when none comes in time."""

        def look() -> Event | None:
            return next(
                (
                    event
                    for event in self._seen
                    if event["event"] == name and fields.items() <= event.items()
                ),
                None,
            )

        async def wait() -> Event | None:
            async with self._changed:
                while (found := look()) is None and not self._is_over:
                    await self._changed.wait()
                return found

        with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
            return await asyncio.wait_for(wait(), seconds)
        return None

    async def _note(self, event: Event) -> None:
        async with self._changed:
            self._seen.append(event)
            self._changed.notify_all()


@contextlib.asynccontextmanager
async def following(client: RunnerClient) -> AsyncIterator[Happenings]:
    """Listen to a runner's events during the block, from before its first line."""
    happenings = Happenings()
    task = asyncio.create_task(happenings.follow(client))
    try:
        await happenings.first("snapshot", _END_SECONDS)
        yield happenings
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, RunnerError):
            await task
