"""The front door's end of one zygote: a warm process that forks workers.

It keeps a standby worker, which is forked in advance and waits for its manifest.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
from typing import TYPE_CHECKING

from funclens.cold_start import ZygoteImports
from funclens.runner.processes.launcher import request_launch
from funclens.runner.processes.platform.standby import StandbyWorker
from funclens_worker.contract import TOO_OLD_STATUS
from funclens_worker.processes.interpreter_stamp import have_changed, stamps_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.runner.processes.launcher import LaunchSpec, WorkerProcess
    from funclens_worker.processes.interpreter_stamp import Stamps

__all__ = ["Zygote"]

QUEUE_LIMIT = 8
"""Maximum number of launches that wait for a zygote to warm up; more are
executed."""

WARM_UP_SECONDS = 300.0
"""Maximum seconds for a zygote to warm up."""

SEND_SECONDS = 1.0
"""Maximum seconds for a zygote to read a launch."""

_CHUNK = 65_536

_TOO_OLD = json.dumps({"status": TOO_OLD_STATUS}).encode()
"""Report of a reaper about a zygote whose Python is too old for workers."""


class Zygote:
    """One zygote process, before and after it is warm."""

    def __init__(self, process: WorkerProcess, wanted: frozenset[str]) -> None:
        self.is_alive = True
        self.is_warm = False
        self.is_too_old = False
        """Whether it ended because its Python is too old."""
        self.wanted = wanted
        """Modules that it was told to import."""
        self.modules: frozenset[str] = frozenset()
        """Installed modules that it has loaded, once it is warm."""
        self.refused: frozenset[str] = frozenset()
        """Packages that it couldn't import safely, once it is warm."""
        self.imports: ZygoteImports | None = None
        """How long its imports took, once it is warm."""
        self.settled = asyncio.Event()
        """Set when it is warm, or has ended."""
        self.on_warm: Callable[[], None] = _ignore
        self.on_end: Callable[[], None] = _ignore
        self.gone = asyncio.Event()
        """Set when it has ended and its descriptors are closed."""
        self._process = process
        self._loop = asyncio.get_running_loop()
        self._workers = 0
        self._is_retired = False
        self._waiting = 0
        self._stamps: Stamps = {}
        self._files: Stamps = {}
        self._answer = b""
        self.standby = StandbyWorker(process.channel)
        """The worker that is forked in advance."""
        process.channel.settimeout(SEND_SECONDS)
        self._deadline = self._loop.call_later(WARM_UP_SECONDS, self.kill)
        self._loop.add_reader(process.reaper, self._read_reaper)
        self._loop.add_reader(process.channel, self._read_answer)
        for descriptor in (process.stdout, process.stderr):
            os.set_blocking(descriptor, False)
            self._loop.add_reader(descriptor, self._discard, descriptor)

    @property
    def is_unused(self) -> bool:
        """Whether no worker depends on it."""
        return self._workers == 0

    @property
    def takes_more(self) -> bool:
        """Whether it can serve another launch now or soon."""
        return self.is_alive and (self.is_warm or self._waiting < QUEUE_LIMIT)

    @property
    def is_stale(self) -> bool:
        """Whether its interpreter or installed packages have changed."""
        return have_changed(self._stamps)

    def has_outdated_modules(self) -> bool:
        """Tell whether somebody has edited what it has loaded; a millisecond's work."""
        return have_changed(self._files)

    def start(self, spec: LaunchSpec) -> WorkerProcess:
        """Return the standby worker, or fork a new one.

        Raises RunnerError if the zygote has ended or doesn't respond.
        """
        process = self.standby.take(spec) or request_launch(self._process.channel, spec)
        self._workers += 1
        if not self.is_warm:
            self._waiting += 1
        return process

    def keep_standby(self, spec: LaunchSpec) -> None:
        """Keep a standby worker for the next launch with the same environment."""
        self.standby.want(spec)

    def take_over(self, other: Zygote) -> None:
        """Take over the standby worker of another zygote and retire it."""
        if other.standby.wanted is not None:
            self.keep_standby(other.standby.wanted)
        other.retire()

    def worker_ended(self) -> None:
        """Record the end of a worker; a retired zygote ends with its last one."""
        self._workers -= 1
        self._end_if_unused()

    def retire(self) -> None:
        """Fork no more workers; end with the last live one."""
        self._is_retired = True
        self.standby.drop()
        self._end_if_unused()

    def kill(self) -> None:
        """Kill the zygote and its workers immediately."""
        self.standby.drop()
        if self.is_alive:
            with contextlib.suppress(OSError):
                self._process.reaper.shutdown(socket.SHUT_WR)

    def _end_if_unused(self) -> None:
        if self._is_retired and self._workers == 0:
            self.kill()

    def _read_answer(self) -> None:
        try:
            data = self._process.channel.recv(_CHUNK)
        except (BlockingIOError, TimeoutError):
            return
        except OSError:
            data = b""
        self._answer += data
        if data and not data.endswith(b"\n"):
            return
        self._loop.remove_reader(self._process.channel)
        if not data:  # its reaper reports the exit
            return
        answer = json.loads(self._answer)
        self.modules = frozenset(answer["modules"])
        self.refused = frozenset(answer["refused"])
        self._stamps = answer["stamps"]
        self._files = stamps_of(answer["files"])
        self.imports = ZygoteImports(answer["imports"])
        self.is_warm = True
        self.settled.set()
        self._deadline.cancel()
        self.standby.begin()
        self.on_warm()

    def _read_reaper(self) -> None:
        try:
            data = self._process.reaper.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data and b"status" not in data:
            return
        self.is_alive = False
        self.is_too_old = _TOO_OLD in data
        self._deadline.cancel()
        self.standby.drop()
        for end in (self._process.reaper, self._process.channel):
            self._loop.remove_reader(end)
            end.close()
        self.gone.set()
        self.settled.set()
        self.on_end()

    def _discard(self, descriptor: int) -> None:
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return
        if not data:
            self._loop.remove_reader(descriptor)
            os.close(descriptor)


def _ignore() -> None:
    return
