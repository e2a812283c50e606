"""The runner of this workspace, as the language server reaches it.

A runner that is already up is joined, whoever started it; else one is started and
ends with this process: it watches its standard input. What happens in it arrives
as events, among them `snapshot` first and `stopped` last.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from funclens.errors import RunnerError
from funclens.requests.request import Request
from funclens.runner.api.client import RunnerClient, find_runner
from funclens.runner.api.process import run_command
from funclens.runner.api.registry import find_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from funclens.runner.api.exchange import ReceivedResponse

__all__ = ["Bridge", "RunnerBridge"]

log = logging.getLogger(__name__)

_READY_LIMIT = 16_777_216
_LAST_WORDS = 20
"""Lines of the log of a runner that are kept for the message about its end."""


class Bridge(Protocol):
    """What the language server needs of a runner."""

    @property
    def is_up(self) -> bool:
        """Whether a runner answers."""

    @property
    def is_ours(self) -> bool:
        """Whether the runner that is up was started from here."""

    async def join(self, folders: Sequence[str]) -> bool:
        """Join the runner of these folders; False when none is up."""

    async def start(self, folders: Sequence[str], flags: Sequence[str]) -> None:
        """Join or start a runner; return when its first event was told.

        Raises RunnerError when it does not come up.
        """

    async def control(self, verb: str, **body: Any) -> dict[str, Any]:
        """Ask the runner for something. Raises RunnerError with its sentence."""

    async def call(
        self, route: str, *, method: str, headers: Mapping[str, str], body: bytes
    ) -> ReceivedResponse:
        """Send a request to a function; return its answer, whatever its status."""

    async def stop(self) -> None:
        """Stop the runner, for all that have joined it."""

    async def close(self) -> None:
        """End the runner if it was started from here, else only leave it."""


class RunnerBridge:
    """The real runner: a process, and the client of its control routes."""

    def __init__(
        self, on_event: Callable[[Mapping[str, Any]], None], *, seconds: float = 10.0
    ) -> None:
        self._on_event = on_event
        self._seconds = seconds
        self._starting = asyncio.Lock()
        self._client: RunnerClient | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._last_words: deque[str] = deque(maxlen=_LAST_WORDS)
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
        """Join or start a runner; return when its first event was told."""
        async with self._starting:
            if self.is_up or await self._join(folders):
                return
            try:
                ready = await self._spawn(run_command(folders, flags))
                await self._listen(RunnerClient(ready["url"], ready["token"]))
            except BaseException:
                await self._finish()
                raise

    async def control(self, verb: str, **body: Any) -> dict[str, Any]:
        """Ask the runner for something."""
        return await self._up().control(verb, **body)

    async def call(
        self, route: str, *, method: str, headers: Mapping[str, str], body: bytes
    ) -> ReceivedResponse:
        """Send a request to a function; return its answer, whatever its status."""
        request = Request(method, "", tuple(headers.items()), body)
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
            raise RunnerError("The runner is not running. Start it with `Run locally`.")
        return self._client

    async def _join(self, folders: Sequence[str]) -> bool:
        address = find_address(folders)
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
                first.set_exception(
                    RunnerError("The runner stopped while it was starting.")
                )
            self._on_event({"event": "stopped"})

    async def _spawn(self, command: Sequence[str]) -> dict[str, Any]:
        log.info("Starting a runner: %s", " ".join(command))
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, limit=_READY_LIMIT
        )
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        self._process = process
        self._last_words.clear()
        words = self._hold(self._read_log(process))
        line = await process.stdout.readline()
        if not line:
            await process.wait()
            await words
            raise RunnerError(self._reason(process))
        self._hold(self._wait_for(process))
        ready: dict[str, Any] = json.loads(line)
        return ready

    async def _wait_for(self, process: asyncio.subprocess.Process) -> None:
        """Read what the runner prints, so that it is never held up, to its end."""
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            while await process.stdout.read(65_536):
                pass
            code = await process.wait()
        except asyncio.CancelledError:
            await self._end(process)
            raise
        if self._process is process:
            self._process = None
            if code:
                event = {"event": "runner-failed", "message": self._reason(process)}
                self._on_event(event)

    async def _read_log(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None  # noqa: S101 - it is a pipe
        while data := await process.stderr.readline():
            line = data.decode("utf-8", "replace").rstrip()
            self._last_words.append(line)
            log.info("runner: %s", line)

    def _reason(self, process: asyncio.subprocess.Process) -> str:
        words = " ".join(self._last_words) or f"exit code {process.returncode}"
        return f"The runner stopped unexpectedly: {words}"

    async def _finish(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await self._end(process)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), self._seconds)
        except asyncio.TimeoutError:
            log.warning("The runner did not stop in time; killing it.")
            process.kill()
            await process.wait()

    def _hold(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _serves(served: Sequence[str], folders: Sequence[str]) -> bool:
    """Tell whether a runner of the folders `served` has the same ids as ours."""
    return set(map(os.path.realpath, served)) == set(map(os.path.realpath, folders))
