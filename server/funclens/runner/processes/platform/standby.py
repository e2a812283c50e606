"""The standby worker of a zygote, forked before it is needed.

It is warm and waits for its manifest, so a save costs only loading the user's modules.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

from funclens.errors import RunnerError
from funclens.runner.processes.launcher import request_launch

if TYPE_CHECKING:
    from funclens.runner.processes.launcher import LaunchSpec, WorkerProcess

__all__ = ["StandbyWorker"]

_PAUSE_SECONDS = 0.1
"""Seconds before forking the next one; requests come first."""


class StandbyWorker:
    """At most one worker that waits for its manifest."""

    def __init__(self, control: socket.socket) -> None:
        """`control` is the socket on which the zygote receives launches."""
        self._control = control
        self._is_warm = False
        self.wanted: LaunchSpec | None = None
        """The last launch that it is kept for."""
        self._process: WorkerProcess | None = None
        self._timer: asyncio.TimerHandle | None = None

    def want(self, spec: LaunchSpec) -> None:
        """Keep one for launches with the environment of this one."""
        if self.wanted is not None and self.wanted.env != spec.env:
            self.drop()
        self.wanted = spec
        self.refill()

    def begin(self) -> None:
        """Allow forking: the zygote is warm."""
        self._is_warm = True
        self.refill()

    def refill(self) -> None:
        """Fork one soon if one is wanted and missing."""
        is_wanted = self.wanted is not None and self._process is None
        if is_wanted and self._timer is None and self._is_warm:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_PAUSE_SECONDS, self._fork)

    def take(self, spec: LaunchSpec) -> WorkerProcess | None:
        """Return the process if it matches and is alive; the caller then owns it."""
        if self.wanted is None or self.wanted.env != spec.env:
            return None
        process, self._process = self._process, None
        if process is None or _lives(process):
            return process
        process.end()
        return None

    def drop(self) -> None:
        """End the standby worker; don't fork another until one is wanted again."""
        self.wanted = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._process is not None:
            self._process.end()
            self._process = None

    def _fork(self) -> None:
        self._timer = None
        if self.wanted is None:
            return
        argv = (*self.wanted.argv[:-1], "standby")
        with contextlib.suppress(RunnerError):
            spec = self.wanted._replace(argv=argv, cwd="/")
            self._process = request_launch(self._control, spec)


def _lives(process: WorkerProcess) -> bool:
    """Return whether the process is alive, without consuming its reaper's data."""
    try:
        said = process.reaper.recv(4096, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return bool(said) and b"status" not in said
