"""The runner of this workspace, as the language server reaches it.

A runner that is already up is joined, whoever started it; else one is started and
ends with this process. What happens in it arrives as events, `snapshot` first and
`stopped` last.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from typing import TYPE_CHECKING, Any

from funclens.errors import RunnerError
from funclens.runner.api.client import find_runner
from funclens.runner.api.process import RunnerProcess
from funclens.runner.api.registry import find_address

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from funclens.requests.request import Request
    from funclens.runner.api.client import RunnerClient
    from funclens.runner.api.exchange import ReceivedResponse

__all__ = ["RunnerBridge"]

log = logging.getLogger(__name__)


class RunnerBridge:
    """Joins or starts a runner, and follows it."""

    def __init__(
        self, on_event: Callable[[Mapping[str, Any]], None], *, seconds: float = 10.0
    ) -> None:
        self._on_event = on_event
        self._seconds = seconds
        """How long a runner may take to end."""
        self._starting = asyncio.Lock()
        self._client: RunnerClient | None = None
        self._process: RunnerProcess | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_up(self) -> bool:
        """Whether a runner answers."""
        return self._client is not None

    @property
    def is_ours(self) -> bool:
        """Whether the runner that is up was started from here."""
        return self._process is not None

    async def join(self, folders: Sequence[str]) -> bool:
        """Join the runner of these folders; False when none is up."""
        async with self._starting:
            return self.is_up or await self._join(folders)

    async def start(self, folders: Sequence[str], flags: Sequence[str]) -> None:
        """Join or start a runner; return when its first event was passed on.

        Raises RunnerError when it does not come up.
        """
        async with self._starting:
            if self.is_up or await self._join(folders):
                return
            try:
                log.info("Starting a runner: %s", " ".join([*flags, *folders]))
                self._process = await RunnerProcess.start(
                    folders, flags, on_log=lambda line: log.info("runner: %s", line)
                )
                self._hold(self._watch(self._process))
                await self._listen(self._process.client)
            except BaseException:
                await self._finish()
                raise

    async def control(self, verb: str, **body: Any) -> dict[str, Any]:
        """Have the runner do something. Raises RunnerError with its message."""
        return await self._up().control(verb, **body)

    async def call(self, route: str, request: Request) -> ReceivedResponse:
        """Send a request to a function; return its response, whatever its status."""
        return await self._up().call(route, request)

    async def stop(self) -> None:
        """Stop the runner, for all that have joined it."""
        if self._client is not None:
            with contextlib.suppress(RunnerError):
                await self._client.control("stop")
        await self._finish()

    async def close(self) -> None:
        """End the runner if it was started from here, else only leave it."""
        await self._finish()
        for task in self._tasks:
            task.cancel()

    def _up(self) -> RunnerClient:
        if self._client is None:
            raise RunnerError(
                "the runner is not running", hint="start it with `Run locally`"
            )
        return self._client

    async def _join(self, folders: Sequence[str]) -> bool:
        address = await asyncio.to_thread(find_address, folders)
        if address is None or not _serves(address.folders, folders):
            return False
        client = await find_runner(folders)
        if client is None:
            return False
        try:
            await self._listen(client)
        except RunnerError as error:
            log.info("Cannot join the running runner: %s", error)
            return False
        return True

    async def _listen(self, client: RunnerClient) -> None:
        first = asyncio.get_running_loop().create_future()
        self._hold(self._follow(client, first))
        await first

    async def _follow(self, client: RunnerClient, first: asyncio.Future[None]) -> None:
        try:
            async for event in client.events():
                self._client = client
                self._on_event(event)
                if not first.done():
                    first.set_result(None)
        except RunnerError as error:
            log.info("The event stream of the runner ended: %s", error)
            if not first.done():
                first.set_exception(error)
        finally:
            self._client = None
            if not first.done():
                first.set_exception(RunnerError("the runner stopped while starting"))
            self._on_event({"event": "stopped"})

    async def _watch(self, process: RunnerProcess) -> None:
        """Report a runner that stops although nobody asked it to."""
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            await process.end(self._seconds)
            raise
        if self._process is process:
            self._process = None
            if code:
                message = f"The runner stopped unexpectedly: {process.reason}"
                self._on_event({"event": "runner-failed", "message": message})

    async def _finish(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.end(self._seconds)

    def _hold(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _serves(served: Sequence[str], folders: Sequence[str]) -> bool:
    """Return whether a runner of the folders `served` has the same ids as ours."""
    return set(map(os.path.realpath, served)) == set(map(os.path.realpath, folders))
