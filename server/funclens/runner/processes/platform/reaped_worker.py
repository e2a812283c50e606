"""A worker below a reaper, which kills it on request and reports how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
from functools import partial
from typing import TYPE_CHECKING

from funclens.runner.processes.platform.handed import HandedRequests
from funclens.runner.processes.platform.pipe_end import PipeEnd
from funclens.runner.processes.worker_exit import kill_and_wait

if TYPE_CHECKING:
    from funclens.runner.processes.launcher import WorkerProcess
    from funclens.runner.processes.platform.kept_requests import KeptRequests
    from funclens.runner.processes.platform.worker_process import (
        OutputSource,
        ProcessOwner,
    )

__all__ = ["ReapedWorker"]

_CHUNK = 65_536


class ReapedWorker:
    """The front door's ends of the connections to a worker and its reaper."""

    def __init__(self, process: WorkerProcess) -> None:
        self.pid = 0
        """Process id of the worker; 0 until its reaper has reported it."""
        self.requests: KeptRequests = HandedRequests()
        self.output: tuple[OutputSource, OutputSource] = (
            PipeEnd(process.stdout),
            PipeEnd(process.stderr),
        )
        self._reaper = process.reaper
        self._channel = process.channel
        self._loop = asyncio.get_running_loop()
        self._reaper_said = b""

    def begin(self, owner: ProcessOwner) -> None:
        """Tell `owner` what happens from now on."""
        self._owner = owner
        self._loop.add_reader(self._reaper, self._read_reaper)
        owner.on_channel(self._channel)

    def kill(self) -> None:
        """Kill the worker and all its children immediately."""
        if self._reaper.fileno() >= 0:
            with contextlib.suppress(OSError):
                self._reaper.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close the sockets of a dead worker."""
        self._reaper.close()
        self._channel.close()

    def _read_reaper(self) -> None:
        try:
            data = self._reaper.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._reaper)
            self._end_without_reaper()
            return
        *lines, self._reaper_said = (self._reaper_said + data).split(b"\n")
        status: int | None = None
        for line in lines:
            message = json.loads(line)
            self.pid = message.get("pid", self.pid)
            status = message.get("status", status)
        if status is not None:
            self._end(status)

    def _end_without_reaper(self) -> None:
        """Make sure that the worker is dead, before its requests go to another one."""
        when_dead = partial(self._end, -signal.SIGKILL)
        if self.pid:
            kill_and_wait(self.pid, when_dead)
        else:
            when_dead()

    def _end(self, status: int) -> None:
        self._loop.remove_reader(self._reaper)
        self._owner.on_end(status)
