"""Templates: warm processes, one an interpreter and environment, that fork workers.

Linux only; elsewhere workers are executed by the guard. A template is replaced
when a unit was seen to import modules that it lacks, and when something was
installed in its interpreter. One that is replaced lives on until the last of
its workers has ended, because their keepers end with it.

Each keeps a spare: a worker that is forked and warm, and waits to be told its unit.
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
from funclens.runner.processes.launcher import start_over
from funclens.runner.processes.prestart import launch_of_template, tell_modules
from funclens.runner.processes.standby import Spare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.runner.processes.launcher import Guard, LaunchSpec, WorkerProcess

__all__ = ["Template", "Templates"]

QUEUE_LIMIT = 8
"""Launches that may wait for a template to warm up; more are executed instead."""

_MODULES_LIMIT = 5_000
_CHUNK = 65_536


class Templates:
    """Finds the template of a launch, and keeps each of them fit."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._current: dict[object, Template] = {}
        self._seen: dict[object, set[str]] = {}
        """Modules that units were seen to import beyond what a template has."""

    @property
    def are_supported(self) -> bool:
        """Whether this system forks safely and hears of its parents' deaths."""
        return sys.platform == "linux"

    def start(self, spec: LaunchSpec) -> tuple[WorkerProcess, Template | None]:
        """Start a worker, forked if that is possible, else executed.

        Raises RunnerError when neither guard nor template can start one.
        """
        template = self._fit(spec) if self.are_supported else None
        if template is not None:
            with contextlib.suppress(RunnerError):
                return template.start(spec), template
        return self._guard.start(spec), None

    def prepare(self, spec: LaunchSpec) -> None:
        """Begin to warm up the template of a launch that may come."""
        if self.are_supported:
            self._fit(spec)

    def learn(self, spec: LaunchSpec, modules: Iterable[str]) -> None:
        """Take note of installed modules that a worker of the launch has loaded."""
        if not self.are_supported:
            return
        template = self._current.get(_key(spec))
        if template is None or not template.is_warm:
            return
        seen = self._seen.setdefault(_key(spec), set())
        news = set(modules) - template.modules - seen
        if news and len(seen) < _MODULES_LIMIT:
            seen |= news
            self._replace(spec)

    def keep_spare(self, spec: LaunchSpec) -> None:
        """Have a worker ready for the next launch that is like this one."""
        template = self._current.get(_key(spec))
        if template is not None:
            template.keep_spare(spec)

    def adopt(self, spec: LaunchSpec, process: WorkerProcess) -> None:
        """Take a template that was started, and told what to import, before."""
        self._current[_key(spec)] = Template(process)

    def close(self) -> None:
        """End every template and its workers."""
        for template in self._current.values():
            template.kill()
        self._current.clear()

    def _fit(self, spec: LaunchSpec) -> Template | None:
        template = self._current.get(_key(spec))
        if template is None or not template.is_alive or template.is_stale:
            template = self._replace(spec)
        return template if template is not None and template.takes_more else None

    def _replace(self, spec: LaunchSpec) -> Template | None:
        key = _key(spec)
        old = self._current.pop(key, None)
        if old is not None:
            old.retire()
        try:
            process = self._guard.start(launch_of_template(spec))
        except RunnerError:
            return None
        tell_modules(process, sorted(self._seen.get(key, ())))
        template = Template(process)
        self._current[key] = template
        return template


class Template:
    """One warm process, as the door sees it."""

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
        self._spare = Spare(self)
        self._loop.add_reader(process.keeper, self._read_keeper)
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
        """Take the spare, or fork. Raises RunnerError when the template has ended."""
        process = self._spare.take(spec) or self.fork(spec)
        self._workers += 1
        if not self.is_warm:
            self._waiting += 1
        return process

    def fork(self, spec: LaunchSpec) -> WorkerProcess:
        """Fork a worker. Raises RunnerError when the template has ended."""
        return start_over(self._process.channel, spec)

    def keep_spare(self, spec: LaunchSpec) -> None:
        """Fork a worker for the next launch with the same environment."""
        self._spare.want(spec)

    def worker_ended(self) -> None:
        """Count one worker less; a retired template ends with its last one."""
        self._workers -= 1
        self._end_if_unused()

    def retire(self) -> None:
        """Fork no more workers; end when those that live have ended."""
        self._is_retired = True
        self._spare.drop()
        self._end_if_unused()

    def kill(self) -> None:
        """End the template and its workers now."""
        self._spare.drop()
        if self.is_alive:
            with contextlib.suppress(OSError):
                self._process.keeper.shutdown(socket.SHUT_WR)

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
            self._spare.refill()

    def _read_keeper(self) -> None:
        try:
            data = self._process.keeper.recv(_CHUNK)
        except OSError:
            data = b""
        if data and b"status" not in data:
            return
        self.is_alive = False
        self._spare.drop()
        for end in (self._process.keeper, self._process.channel):
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
