"""The runner of the folders: one that runs already, or one that this server starts."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from funclens.agents.runner_log import Happenings
from funclens.agents.saved_files import SavedFiles
from funclens.errors import RunnerError
from funclens.requests.lookup import find_function, functions_of
from funclens.runner.api.client import find_runner
from funclens.runner.api.event_waiter import EventWaiter
from funclens.runner.api.process import RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.model import Function
    from funclens.runner.api.client import RunnerClient

__all__ = ["FolderRunner"]

_SNAPSHOT_SECONDS = 10.0


class FolderRunner:
    """Finds, starts and follows one runner at a time."""

    def __init__(self, folders: Sequence[str]) -> None:
        """`folders` are absolute."""
        self.folders = [*folders]
        self.happenings = Happenings()
        self.waiter = EventWaiter()
        """Futures of events of the runner that is followed."""
        self._saved = SavedFiles(folders)
        self._own: RunnerProcess | None = None
        self._followed: RunnerClient | None = None
        self._following: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()

    @property
    def is_own(self) -> bool:
        """Whether a runner is up that this server started."""
        return self._own is not None and not self._own.has_ended

    async def find(self) -> RunnerClient | None:
        """Return the client of the runner that is up; None if none is."""
        async with self._lock:
            return await self._find()

    async def reach(self) -> RunnerClient:
        """Return the client of the runner; start one if none is up.

        Files that were saved since the last time are served when it returns. Raises
        RunnerError if the runner doesn't start.
        """
        async with self._lock:
            saved = await asyncio.to_thread(self._saved.changes)
            client = await self._find()
            if client is None:
                flags = ["--port", "0", "--watch"]
                self._own = await RunnerProcess.start(self.folders, flags)
                client = self._own.client
                await self._follow(client)
            elif saved:
                await client.control("changed", paths=saved)
            return client

    async def running(self) -> RunnerClient:
        """Return the client of the runner that is up. Raises RunnerError."""
        client = await self.find()
        if client is None:
            raise RunnerError(
                "no runner is up", hint="use call_function, send_event or start first"
            )
        return client

    async def function(self, client: RunnerClient, name: str) -> Function:
        """Return the served function with this name. Raises UnknownFunctionError."""
        functions = functions_of(await client.functions())
        return find_function(functions, name, self.folders)

    async def stop(self) -> bool:
        """End the runner that this server started; False if there is none."""
        async with self._lock:
            own, self._own = self._own, None
            if own is None or own.has_ended:
                return False
            await self._unfollow()
            await own.end()
            return True

    async def close(self) -> None:
        """End what this server started."""
        await self.stop()
        await self._unfollow()

    async def _find(self) -> RunnerClient | None:
        if self._own is not None and not self._own.has_ended:
            return self._own.client
        client = await find_runner(self.folders)
        if client is None:
            await self._unfollow()
        elif self._followed is None or self._followed.url != client.url:
            await self._follow(client)
        return client

    async def _follow(self, client: RunnerClient) -> None:
        """Receive the events of a runner; return when the first one has come."""
        await self._unfollow()
        self.happenings, self.waiter = Happenings(), EventWaiter()
        begun = self.waiter.expect("snapshot")
        self._followed = client
        self._following = asyncio.create_task(
            self._receive(client, self.happenings, self.waiter)
        )
        with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
            await asyncio.wait_for(begun, _SNAPSHOT_SECONDS)

    async def _receive(
        self, client: RunnerClient, happenings: Happenings, waiter: EventWaiter
    ) -> None:
        with contextlib.suppress(RunnerError):
            async for event in client.events():
                happenings.put(event)
                waiter.put(event)
        waiter.put({"event": "stopped"})
        if self._followed is client:
            self._followed = None

    async def _unfollow(self) -> None:
        self._followed = None
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
            self._following = None
