"""One emulator: one that is up already, or one that is started for this runner."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import socket
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import funclens_worker.processes as worker_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from funclens.runner.emulators.installed import EmulatorKind

__all__ = ["Emulator", "free_port"]

_COMPANION = Path(worker_processes.__path__[0]) / "companion.py"
_END_SECONDS = 5.0
_STEP_SECONDS = 0.1
"""Pause between attempts to connect to an emulator that is starting."""
_LONGEST_STEP = 1.0
_AFTER_FAILURE_SECONDS = 5.0
"""Pause before one that has ended while it started is started again."""
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
        warn: Callable[[str, str], None],
    ) -> None:
        """`command` starts it; None if it is somebody else's.

        `warn` takes a message and a hint.
        """
        self.kind = kind
        self.host = host
        """Host and port."""
        self.last_lines: deque[str] = deque(maxlen=_LINES)
        self.more_arguments: tuple[str, ...] = ()
        """Arguments of the next start."""
        self._command = command
        self._environ = environ
        self._warn = warn
        self._lock = asyncio.Lock()
        """Held while it is started: several wait for it."""
        self._is_starting = False
        """Whether it has been started and has not accepted a connection."""
        self._has_failed = False
        """Whether it was reported that it ends while it starts."""
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
            if self._command is not None:
                async with self._lock:
                    await self._start_if_ended(self._command)
            if await self._accepts():
                self._is_starting = self._has_failed = False
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

    async def _start_if_ended(self, command: Sequence[str]) -> None:
        if self._is_alive:
            return
        if self._is_starting:
            await self._note_failure(command)
            await asyncio.sleep(_AFTER_FAILURE_SECONDS)
        self._is_starting = True
        await self._start(command)

    async def _note_failure(self, command: Sequence[str]) -> None:
        """Warn once that it doesn't start; it may be repaired meanwhile."""
        if self._has_failed:
            return
        self._has_failed = True
        if self._reading is not None:
            await asyncio.wait({self._reading}, timeout=_LONGEST_STEP)
        reason = self.last_lines[-1] if self.last_lines else "it printed nothing"
        self._warn(
            f"the {self.kind.name} emulator ended while it started: {reason}",
            f"try it: {shlex.join(command)}",
        )

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
