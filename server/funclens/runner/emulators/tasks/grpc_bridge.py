"""gRPC for Cloud Tasks: a process that translates it into the API here.

It runs in the first interpreter that has google-cloud-tasks: that of a unit which uses
it, else Funclens's own. It is started by the first client that speaks gRPC, so Funclens
needs no gRPC itself, and nothing of it is in the process that serves requests.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import funclens_worker.processes as worker_processes
from funclens.runner.background import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.runner.units.pool import WorkerPool

__all__ = ["GrpcBridge"]

_PROCESSES = Path(worker_processes.__path__[0])
_COMPANION = _PROCESSES / "companion.py"
_SCRIPT = _PROCESSES / "cloud_tasks_grpc.py"
_START_SECONDS = 60.0
_END_SECONDS = 5.0
_AGAIN_SECONDS = 10.0
"""Pause before interpreters are searched again; clients connect often."""
_READ_SIZE = 65_536


class GrpcBridge:
    """Starts the process when it is needed, and passes bytes to it."""

    def __init__(
        self, host: str, pool: WorkerPool, warn: Callable[[str, str], None]
    ) -> None:
        """`host` has the API over HTTP; `warn` takes a message and a hint."""
        self._host = host
        self._pool = pool
        self._warn = warn
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._port = 0
        self._failed_at: float | None = None
        self._has_warned = False

    async def pump(
        self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Pass a connection to the process until either side ends it."""
        async with self._lock:
            port = await self._up()
        if not port:
            return
        there, back = await asyncio.open_connection("127.0.0.1", port)
        try:
            back.write(first)
            ways = (_copy(reader, back), _copy(there, writer))
            tasks = [asyncio.ensure_future(way) for way in ways]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            back.close()

    async def close(self) -> None:
        """End the process."""
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.close()
            with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                await asyncio.wait_for(process.wait(), _END_SECONDS)

    async def _up(self) -> int:
        """Return the port of the process, which is started if needed; 0 if it can't."""
        if self._process is not None and self._process.returncode is None:
            return self._port
        now = time.monotonic()
        if self._failed_at is not None and now - self._failed_at < _AGAIN_SECONDS:
            return 0
        pythons = await in_thread(self._pool.interpreters)
        for python in dict.fromkeys((*pythons, sys.executable)):
            if await self._start(python):
                self._failed_at = None
                return self._port
        self._failed_at = now
        if not self._has_warned:
            self._has_warned = True
            self._warn(
                "a client of Cloud Tasks speaks gRPC, and no interpreter has "
                "google-cloud-tasks",
                "install it where the functions run, or into Funclens's environment: "
                "pip install 'funclens[tasks]'",
            )
        return 0

    async def _start(self, python: str) -> bool:
        """Start the process in an interpreter; return whether it has what is needed."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(_COMPANION)),
            *(python, str(_SCRIPT), self._host),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        self._process = process
        port = 0
        if process.stdout is not None:
            with contextlib.suppress(
                TimeoutError, asyncio.TimeoutError, ValueError, KeyError, TypeError
            ):
                line = await asyncio.wait_for(process.stdout.readline(), _START_SECONDS)
                port = int(json.loads(line)["port"])
        if not port:
            await self.close()
            self._process = None
        self._port = port
        return port > 0


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_READ_SIZE):
            writer.write(data)
            await writer.drain()
