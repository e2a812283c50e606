"""Finds the zygote for a launch, and starts a new one when units import more.

Linux only; elsewhere the launcher executes workers. Each interpreter and environment
has one zygote that forks and, while packages are being preloaded, a next one that
nothing waits for. The first one only has the modules that every worker imports.

A zygote is replaced when a better one is warm, and when its interpreter has changed. A
replaced zygote lives until the last of its workers has ended, because their reapers end
with it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.errors import RunnerError
from funclens.runner.descriptors import are_short
from funclens.runner.processes.platform.zygote import Zygote
from funclens.runner.processes.prestart import launch_of_zygote, tell_modules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.runner.processes.launcher import Launcher, LaunchSpec, WorkerProcess

__all__ = ["Zygotes"]

_MODULES_LIMIT = 5_000

_OF_WORKERS = ("K_", "OTEL_EXPORTER_OTLP_TRACES_")
"""Variables that a zygote may lack, because no package reads them when imported."""

DEATHS_LIMIT = 3
"""Number of zygotes in a row that may end before no more are started."""


@dataclass(slots=True)
class _Interpreter:
    """State of one interpreter with one environment."""

    spec: LaunchSpec
    """The last launch of one of its workers."""
    current: Zygote | None = None
    coming: Zygote | None = None
    modules: set[str] = field(default_factory=set)
    """Installed modules that its units import."""
    refused: set[str] = field(default_factory=set)
    """Packages that can't be preloaded."""
    deaths: int = 0
    """Zygotes that ended since one of them forked a worker that became ready."""
    failures: int = 0
    """Zygotes with preloaded modules that ended before they were warm."""


class Zygotes:
    """Keeps the zygotes up to date and requests workers from them."""

    def __init__(self, launcher: Launcher) -> None:
        self.launcher = launcher
        """Starts the zygotes; replaced when it has ended."""
        self._interpreters: dict[object, _Interpreter] = {}

    @property
    def are_supported(self) -> bool:
        """Whether this system supports safe forks and death signals."""
        return sys.platform == "linux"

    def start(self, spec: LaunchSpec) -> tuple[WorkerProcess, Zygote] | None:
        """Fork a worker; return None if it must be executed."""
        if not self.are_supported:
            return None
        zygote = self._fit(self._of(spec))
        if zygote is None or not zygote.takes_more:
            return None
        try:
            return zygote.start(spec), zygote
        except RunnerError:
            zygote.kill()
            return None

    def prepare(self, spec: LaunchSpec) -> None:
        """Start to warm up the zygote for a launch that may follow."""
        if self.are_supported:
            self._fit(self._of(spec))

    def reject(self, spec: LaunchSpec, zygote: Zygote) -> bool:
        """Let go of a zygote whose modules have been edited; False if none has been.

        Its last worker has them as they were.
        """
        if not zygote.has_outdated_modules():
            return False
        self._forget(self._of(spec))
        return True

    def learn(
        self, spec: LaunchSpec, modules: Iterable[str], *, is_forked: bool
    ) -> None:
        """Record the installed modules that a worker of the launch has loaded."""
        if not self.are_supported:
            return
        interpreter = self._of(spec)
        room = _MODULES_LIMIT - len(interpreter.modules)
        news = sorted(set(modules) - interpreter.modules)[:room]
        if news:
            interpreter.modules.update(news)
            interpreter.failures = 0
        if is_forked:
            interpreter.deaths = 0
        self._improve(interpreter)

    def keep_standby(self, spec: LaunchSpec) -> None:
        """Keep a worker ready for the next similar launch."""
        interpreter = self._interpreters.get(_key(spec))
        if interpreter is not None and interpreter.current is not None:
            interpreter.current.keep_standby(spec)

    def drop_standbys(self) -> None:
        """End standby workers until they are wanted again."""
        for interpreter in self._interpreters.values():
            if interpreter.current is not None:
                interpreter.current.standby.drop()

    async def end_unused(self) -> bool:
        """End zygotes without workers and wait for it; False if there are none."""
        unused: list[Zygote] = []
        for interpreter in self._interpreters.values():
            if interpreter.coming is not None and interpreter.coming.is_unused:
                unused.append(interpreter.coming)
                interpreter.coming = None
            if interpreter.current is not None and interpreter.current.is_unused:
                unused.append(interpreter.current)
                interpreter.current = None
        for zygote in unused:
            zygote.retire()
        for zygote in unused:
            await zygote.gone.wait()
        return bool(unused)

    def adopt(self, spec: LaunchSpec, process: WorkerProcess) -> None:
        """Take over a zygote that was started before."""
        interpreter = self._of(spec)
        interpreter.current = self._watch(interpreter, process, frozenset())

    def close(self) -> None:
        """Kill all zygotes and their workers."""
        for interpreter in self._interpreters.values():
            for zygote in (interpreter.current, interpreter.coming):
                if zygote is not None:
                    zygote.kill()
        self._interpreters.clear()

    def _of(self, spec: LaunchSpec) -> _Interpreter:
        interpreter = self._interpreters.setdefault(_key(spec), _Interpreter(spec))
        interpreter.spec = spec
        return interpreter

    def _fit(self, interpreter: _Interpreter) -> Zygote | None:
        """Return the zygote that forks now; start one if there is none."""
        zygote = interpreter.current
        if zygote is not None and zygote.is_stale:
            self._forget(interpreter)
            zygote = None
        if zygote is None and interpreter.deaths < DEATHS_LIMIT and not are_short():
            zygote = interpreter.current = self._begin(interpreter, frozenset())
        return zygote

    def _forget(self, interpreter: _Interpreter) -> None:
        """Retire zygotes whose installed packages have changed."""
        for zygote in (interpreter.current, interpreter.coming):
            if zygote is not None:
                zygote.retire()
        interpreter.current = interpreter.coming = None
        interpreter.refused.clear()
        interpreter.deaths = interpreter.failures = 0

    def _improve(self, interpreter: _Interpreter) -> None:
        """Start a zygote with all modules that units import, if there are more."""
        current = interpreter.current
        if interpreter.coming is not None or current is None or not current.is_warm:
            return
        if are_short():
            return
        news = {
            name
            for name in interpreter.modules - current.modules - current.wanted
            if not _belongs(name, interpreter.refused)
        }
        if news and interpreter.failures < DEATHS_LIMIT:
            modules = frozenset(interpreter.modules)
            interpreter.coming = self._begin(interpreter, modules)

    def _begin(
        self, interpreter: _Interpreter, modules: frozenset[str]
    ) -> Zygote | None:
        try:
            process = self.launcher.start(launch_of_zygote(interpreter.spec))
        except RunnerError:
            return None
        try:
            tell_modules(process, sorted(modules), sorted(interpreter.refused))
        except OSError:
            process.end()
            return None
        return self._watch(interpreter, process, modules)

    def _watch(
        self,
        interpreter: _Interpreter,
        process: WorkerProcess,
        modules: frozenset[str],
    ) -> Zygote:
        zygote = Zygote(process, modules)
        zygote.on_warm = lambda: self._take(interpreter, zygote)
        zygote.on_end = lambda: self._lose(interpreter, zygote)
        return zygote

    def _take(self, interpreter: _Interpreter, zygote: Zygote) -> None:
        """Use a zygote that has become warm."""
        interpreter.refused |= zygote.refused
        if zygote is interpreter.coming:
            interpreter.coming = None
            interpreter.failures = 0
            old, interpreter.current = interpreter.current, zygote
            if old is not None:
                zygote.take_over(old)
        if zygote is interpreter.current:
            self._improve(interpreter)

    def _lose(self, interpreter: _Interpreter, zygote: Zygote) -> None:
        """Record that a zygote has ended."""
        if zygote is interpreter.coming:
            interpreter.coming = None
            interpreter.failures += 1
            self._improve(interpreter)
        elif zygote is interpreter.current:
            interpreter.current = None
            interpreter.deaths += DEATHS_LIMIT if zygote.is_too_old else 1


def _belongs(name: str, packages: set[str]) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:end]) in packages for end in range(1, len(parts) + 1))


def _key(spec: LaunchSpec) -> object:
    shared = {k: v for k, v in spec.env.items() if not k.startswith(_OF_WORKERS)}
    return spec.argv[0], tuple(sorted(shared.items()))
