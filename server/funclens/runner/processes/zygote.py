"""Zygotes: warm processes, one an interpreter and environment, that fork workers.

Linux only; elsewhere workers are executed by the launcher. A zygote is replaced
when a unit was seen to import modules that it lacks, and when something was
installed in its interpreter. One that is replaced lives on until the last of
its workers has ended, because their reapers end with it.

Each keeps a standby worker, which is forked and warm and waits for its manifest.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.errors import RunnerError
from funclens.runner.processes.launcher import request_launch
from funclens.runner.processes.prestart import launch_of_zygote, tell_modules
from funclens.runner.processes.standby import StandbyWorker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.runner.processes.launcher import Launcher, LaunchSpec, WorkerProcess

__all__ = ["Zygote", "Zygotes"]

QUEUE_LIMIT = 8
"""Launches that may wait for a zygote to warm up; more are executed instead."""

_MODULES_LIMIT = 5_000
_CHUNK = 65_536


class Zygotes:
    """Finds the zygote of a launch, and keeps each of them fit."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._current: dict[object, Zygote] = {}
        self._seen: dict[object, set[str]] = {}
        """Modules that units were seen to import beyond what a zygote has."""

    @property
    def are_supported(self) -> bool:
        """Whether this system forks safely and hears of its parents' deaths."""
        return sys.platform == "linux"

    def start(self, spec: LaunchSpec) -> tuple[WorkerProcess, Zygote | None]:
        """Start a worker, forked if that is possible, else executed.

        Raises RunnerError when neither launcher nor zygote can start one.
        """
        zygote = self._fit(spec) if self.are_supported else None
        if zygote is not None:
            with contextlib.suppress(RunnerError):
                return zygote.start(spec), zygote
        return self._launcher.start(spec), None

    def prepare(self, spec: LaunchSpec) -> None:
        """Begin to warm up the zygote of a launch that may come."""
        if self.are_supported:
            self._fit(spec)

    def learn(self, spec: LaunchSpec, modules: Iterable[str]) -> None:
        """Take note of installed modules that a worker of the launch has loaded."""
        if not self.are_supported:
            return
        zygote = self._current.get(_key(spec))
        if zygote is None or not zygote.is_warm:
            return
        seen = self._seen.setdefault(_key(spec), set())
        news = set(modules) - zygote.modules - seen
        if news and len(seen) < _MODULES_LIMIT:
            seen |= news
            self._replace(spec)

    def keep_standby(self, spec: LaunchSpec) -> None:
        """Have a worker ready for the next launch that is like this one."""
        zygote = self._current.get(_key(spec))
        if zygote is not None:
            zygote.keep_standby(spec)

    def adopt(self, spec: LaunchSpec, process: WorkerProcess) -> None:
        """Take a zygote that was started, and told what to import, before."""
        self._current[_key(spec)] = Zygote(process)

    def close(self) -> None:
        """End every zygote and its workers."""
        for zygote in self._current.values():
            zygote.kill()
        self._current.clear()

    def _fit(self, spec: LaunchSpec) -> Zygote | None:
        zygote = self._current.get(_key(spec))
        if zygote is None or not zygote.is_alive or zygote.is_stale:
            zygote = self._replace(spec)
        return zygote if zygote is not None and zygote.takes_more else None

    def _replace(self, spec: LaunchSpec) -> Zygote | None:
        key = _key(spec)
        old = self._current.pop(key, None)
        if old is not None:
            old.retire()
        try:
            process = self._launcher.start(launch_of_zygote(spec))
        except RunnerError:
            return None
        tell_modules(process, sorted(self._seen.get(key, ())))
        zygote = Zygote(process)
        self._current[key] = zygote
        return zygote


class Zygote:
    """One warm process, as the front door sees it."""

    def __init__(self, process: WorkerProcess) -> None:
        self.is_alive = True
        self.is_warm = False
        self.modules: frozenset[str] = frozenset()
        """Installed modules that it has loaded, once it is warm."""
        self._process = process
        self._loop = asyncio.get_running_loop()
        self._workers = 0
        self._is_retired = False
        self._waiting = 0
        self._stamps: dict[str, float] = {}
        self._standby = StandbyWorker(process.channel)
        self._loop.add_reader(process.reaper, self._read_reaper)
        self._loop.add_reader(process.channel, self._read_answer)
        for descriptor in (process.stdout, process.stderr):
            os.set_blocking(descriptor, False)
            self._loop.add_reader(descriptor, self._discard, descriptor)

    @property
    def takes_more(self) -> bool:
        """Whether another launch can wait or be served."""
        return self.is_alive and (self.is_warm or self._waiting < QUEUE_LIMIT)

    @property
    def is_stale(self) -> bool:
        """Whether something was installed in the interpreter since the start."""
        return any(_stamp(folder) != was for folder, was in self._stamps.items())

    def start(self, spec: LaunchSpec) -> WorkerProcess:
        """Take the standby worker, or fork.

        Raises RunnerError when the zygote has ended.
        """
        process = self._standby.take(spec) or request_launch(
            self._process.channel, spec
        )
        self._workers += 1
        if not self.is_warm:
            self._waiting += 1
        return process

    def keep_standby(self, spec: LaunchSpec) -> None:
        """Fork a worker for the next launch with the same environment."""
        self._standby.want(spec)

    def worker_ended(self) -> None:
        """Count one worker less; a retired zygote ends with its last one."""
        self._workers -= 1
        self._end_if_unused()

    def retire(self) -> None:
        """Fork no more workers; end when those that live have ended."""
        self._is_retired = True
        self._standby.drop()
        self._end_if_unused()

    def kill(self) -> None:
        """End the zygote and its workers now."""
        self._standby.drop()
        if self.is_alive:
            with contextlib.suppress(OSError):
                self._process.reaper.shutdown(socket.SHUT_WR)

    def _end_if_unused(self) -> None:
        if self._is_retired and self._workers == 0:
            self.kill()

    def _read_answer(self) -> None:
        self._loop.remove_reader(self._process.channel)
        with contextlib.suppress(OSError, ValueError):
            with self._process.channel.makefile("rb") as file:
                answer = json.loads(file.readline())
            self.modules = frozenset(answer["modules"])
            self._stamps = {folder: _stamp(folder) for folder in answer["folders"]}
            self.is_warm = True
            self._standby.begin()

    def _read_reaper(self) -> None:
        try:
            data = self._process.reaper.recv(_CHUNK)
        except OSError:
            data = b""
        if data and b"status" not in data:
            return
        self.is_alive = False
        self._standby.drop()
        for end in (self._process.reaper, self._process.channel):
            self._loop.remove_reader(end)
            end.close()

    def _discard(self, descriptor: int) -> None:
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return
        if not data:
            self._loop.remove_reader(descriptor)
            os.close(descriptor)


def _key(spec: LaunchSpec) -> object:
    shared = {k: v for k, v in spec.env.items() if not k.startswith("K_")}
    return spec.argv[0], tuple(sorted(shared.items()))


def _stamp(folder: str) -> float:
    try:
        return Path(folder).stat().st_mtime
    except OSError:
        return 0.0
