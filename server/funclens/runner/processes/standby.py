"""The spare worker of a template: forked before somebody needs it.

It has gone through everything that a worker does once more, in its own memory,
and waits for its manifest. A save then costs the load of the user's modules.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from typing import TYPE_CHECKING, Protocol

from funclens.errors import RunnerError

if TYPE_CHECKING:
    from funclens.runner.processes.launcher import LaunchSpec, WorkerProcess

__all__ = ["Spare"]

_PAUSE_SECONDS = 0.1
"""A spare is forked so long after the last one was taken: requests come first."""


class Forks(Protocol):
    """What a spare needs of its template."""

    is_alive: bool
    is_warm: bool

    def fork(self, spec: LaunchSpec) -> WorkerProcess:
        """Fork a worker. Raises RunnerError when the template has ended."""


class Spare:
    """At most one worker that waits to be told what it serves."""

    def __init__(self, template: Forks) -> None:
        self._template = template
        self._wanted: LaunchSpec | None = None
        self._process: WorkerProcess | None = None
        self._timer: asyncio.TimerHandle | None = None

    def want(self, spec: LaunchSpec) -> None:
        """Have one for launches with the environment of this one."""
        if self._wanted is not None and self._wanted.env != spec.env:
            self.drop()
        self._wanted = spec
        self.refill()

    def refill(self) -> None:
        """Fork one soon, if one is wanted and missing."""
        is_wanted = self._wanted is not None and self._process is None
        if is_wanted and self._timer is None and self._template.is_warm:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_PAUSE_SECONDS, self._fork)

    def take(self, spec: LaunchSpec) -> WorkerProcess | None:
        """Return the spare if it fits the launch and lives; it is the caller's then."""
        if self._wanted is None or self._wanted.env != spec.env:
            return None
        process, self._process = self._process, None
        if process is None or _lives(process):
            return process
        _close(process)
        return None

    def drop(self) -> None:
        """End the spare, and fork no other until one is wanted again."""
        self._wanted = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._process is not None:
            _close(self._process)
            self._process = None

    def _fork(self) -> None:
        self._timer = None
        if self._wanted is None or not self._template.is_alive:
            return
        argv = (*self._wanted.argv[:-1], "spare")
        with contextlib.suppress(RunnerError):
            spec = self._wanted._replace(argv=argv, cwd="/")
            self._process = self._template.fork(spec)


def _lives(process: WorkerProcess) -> bool:
    """Ask the keeper's socket, and leave on it what it has said."""
    try:
        said = process.keeper.recv(4096, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return bool(said) and b"status" not in said


def _close(process: WorkerProcess) -> None:
    """Let go of a worker; its keeper kills it."""
    process.keeper.close()
    process.channel.close()
    os.close(process.stdout)
    os.close(process.stderr)
