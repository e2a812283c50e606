"""Connection of the language server to the runner of its workspace.

A runner that is already up is joined, whoever started it. Otherwise one is started, and
ends with this process. Its events arrive with `snapshot` first and `stopped` last.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from funclens.errors import RunnerError
from funclens.runner.api.client import find_runner_address
from funclens.runner.api.process import RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from funclens.requests.request import Request
    from funclens.runner.api.client import RunnerClient
    from funclens.runner.api.exchange import ReceivedResponse

__all__ = ["RunnerBridge"]

log = logging.getLogger(__name__)


class _Prepared(NamedTuple):
    """A runner that waits for its start."""

    flags: list[str]
    folders: list[str]
    process: RunnerProcess

    def fits(self, flags: list[str], folders: list[str]) -> bool:
        """Tell whether it lives and would be the runner of these words."""
        words = (flags, folders)
        return (self.flags, self.folders) == words and not self.process.has_ended


class RunnerBridge:
    """Joins or starts a runner and follows its events."""

    def __init__(
        self, on_event: Callable[[Mapping[str, Any]], None], *, seconds: float = 10.0
    ) -> None:
        self._on_event = on_event
        self._seconds = seconds
        """Maximum seconds for a runner to stop."""
        self._starting = asyncio.Lock()
        self._client: RunnerClient | None = None
        self._process: RunnerProcess | None = None
        self._prepared: _Prepared | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_up(self) -> bool:
        """Whether a runner is connected."""
        return self._client is not None

    @property
    def is_ours(self) -> bool:
        """Whether the connected runner was started by this process."""
        return self._process is not None

    async def settle(self) -> None:
        """Wait for a start that is under way, however it ends."""
        async with self._starting:
            pass

    async def join(self, folders: Sequence[str]) -> bool:
        """Join the runner of these folders; return False if there is none."""
        async with self._starting:
            return self.is_up or await self._join(folders)

    async def start(self, folders: Sequence[str], flags: Sequence[str]) -> None:
        """Join or start a runner; return after its first event was forwarded.

        Raises RunnerError if it doesn't start.
        """
        async with self._starting:
            if self.is_up or await self._join(folders):
                return
            try:
                log.info("Starting a runner: %s", " ".join([*flags, *folders]))
                self._process = await self._come_up([*flags], [*folders])
                self._hold(self._watch(self._process))
                await self._listen(self._process.client)
            except BaseException:
                await self._finish()
                raise

    async def prepare(self, folders: Sequence[str], flags: Sequence[str]) -> int | None:
        """Have a process ready for `start` with the same words, if no runner is up.

        It serves nothing, takes no port and runs no code of the workspace. Returns
        its process id; None when there is nothing new.
        """
        words = ([*flags], [*folders])
        async with self._starting:
            if self.is_up or (self._prepared and self._prepared.fits(*words)):
                return None
            await self._drop_prepared()
            process = await RunnerProcess.prepare(folders, flags, on_log=_log_line)
            self._prepared = _Prepared(*words, process)
            return process.pid

    async def _come_up(self, flags: list[str], folders: list[str]) -> RunnerProcess:
        prepared = self._prepared
        if prepared is None or not prepared.fits(flags, folders):
            await self._drop_prepared()
            return await RunnerProcess.start(folders, flags, on_log=_log_line)
        self._prepared = None
        await prepared.process.begin()
        return prepared.process

    async def _drop_prepared(self) -> None:
        prepared, self._prepared = self._prepared, None
        if prepared is not None:
            await prepared.process.end(self._seconds)

    async def control(self, verb: str, **body: Any) -> dict[str, Any]:
        """Send a control request. Raises RunnerError with the runner's message."""
        return await self._up().control(verb, **body)

    async def call(self, route: str, request: Request) -> ReceivedResponse:
        """Send a request to a function and return its response, whatever its status."""
        return await self._up().call(route, request)

    async def request(self, id_: str) -> dict[str, Any]:
        """Return everything that is known about a request of the history."""
        return await self._up().request(id_)

    async def replay(self, id_: str) -> str:
        """Send a request of the history again; return the id of the new one."""
        return str((await self._up().replay(id_))["id"])

    @property
    def client(self) -> RunnerClient | None:
        """The connected runner."""
        return self._client

    async def stop(self) -> None:
        """Stop the runner for everyone who joined it."""
        if self._client is not None:
            with contextlib.suppress(RunnerError):
                await self._client.control("stop")
        await self._finish()

    async def close(self) -> None:
        """Stop the runner if it was started by this process; otherwise disconnect."""
        await self._finish()
        await self._drop_prepared()
        for task in self._tasks:
            task.cancel()

    def _up(self) -> RunnerClient:
        if self._client is None:
            raise RunnerError(
                "the runner is not running", hint="start it with `Run locally`"
            )
        return self._client

    async def _join(self, folders: Sequence[str]) -> bool:
        found = await find_runner_address(folders)
        if found is None:
            return False
        client, address = found
        if not _serves(address.folders, folders):
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
        """Report a runner that stops unexpectedly."""
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


def _log_line(line: str) -> None:
    log.info("runner: %s", line)


def _serves(served: Sequence[str], folders: Sequence[str]) -> bool:
    """Return whether a runner of the folders `served` uses the same function ids."""
    return set(map(os.path.realpath, served)) == set(map(os.path.realpath, folders))
