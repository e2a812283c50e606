"""One emulator: one that is up already, or one that is started for this runner."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import funclens_worker.processes as worker_processes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from funclens.runner.emulators.installed import EmulatorKind

__all__ = ["Emulator", "free_port"]

_COMPANION = Path(worker_processes.__path__[0]) / "companion.py"
_END_SECONDS = 5.0
_STEP_SECONDS = 0.1
"""Pause between attempts to connect to an emulator that is starting."""
_LONGEST_STEP = 1.0
_LINES = 20


def free_port() -> int:
    """Return a port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Emulator:
    """An emulator's address and, if it was started here, its process."""

    def __init__(
        self,
        kind: EmulatorKind,
        host: str,
        command: Sequence[str] | None,
        environ: Mapping[str, str],
    ) -> None:
        """`command` starts it; None if it is somebody else's."""
        self.kind = kind
        self.host = host
        """Host and port."""
        self.last_lines: deque[str] = deque(maxlen=_LINES)
        self.more_arguments: tuple[str, ...] = ()
        """Arguments of the next start."""
        self._command = command
        self._environ = environ
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def is_own(self) -> bool:
        """True if it was started for this runner, and ends with it."""
        return self._command is not None

    async def up(self) -> None:
        """Start it if needed, and wait until it accepts connections."""
        pause = _STEP_SECONDS
        while True:
            if self._command is not None and not self._is_alive:
                await self._start(self._command)
            if await self._accepts():
                return
            await asyncio.sleep(pause)
            pause = min(pause * 1.2, _LONGEST_STEP)

    async def ended(self) -> None:
        """Wait until its process ends, if it was started here."""
        if self._process is not None:
            await self._process.wait()

    async def end(self) -> None:
        """End its process; somebody else's goes on."""
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.close()
            with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                await asyncio.wait_for(process.wait(), _END_SECONDS)
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    @property
    def _is_alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def _start(self, command: Sequence[str]) -> None:
        host, _, port = self.host.rpartition(":")
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(_COMPANION)),
            *(*command, f"--host={host}", f"--port={port}", *self.more_arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=dict(self._environ),
            # Ctrl+C in a terminal is for the runner, which ends it in order.
            start_new_session=True,
        )
        self._reading = asyncio.create_task(self._read(self._process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Keep the last lines that it prints, so that it never waits for a reader."""
        if process.stdout is None:
            return
        while data := await process.stdout.read(65_536):
            self.last_lines.extend(data.decode("utf-8", "replace").splitlines())

    async def _accepts(self) -> bool:
        host, _, port = self.host.rpartition(":")
        try:
            _, writer = await asyncio.open_connection(host, int(port))
        except (OSError, ValueError):
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True
