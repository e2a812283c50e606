"""Starts the slowest part before the rest of Funclens is imported.

`prestart` runs before the command line is parsed: if possible, it starts the zygote of
the most likely interpreter. `settle` knows the settings and replaces a wrong guess.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from funclens.errors import FunclensError
from funclens.regular_file import read_regular
from funclens.runner.processes.env_files import environment_files, read_environment
from funclens.runner.processes.launcher import SCRIPT, LaunchSpec
from funclens.runner.processes.plan import plan_launch, resolve_python
from funclens_worker.processes.stand_in import stands_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.runner.processes.launcher import Launcher, WorkerProcess
    from funclens.settings import Settings

__all__ = ["Prestarted", "launch_of_zygote", "prestart", "settle", "tell_modules"]

_DECIDING = ("--python", "--env-file", "--debug")
"""Options that make guessing pointless."""


class Prestarted(NamedTuple):
    """Processes that were started before the front door."""

    launcher: Launcher
    spec: LaunchSpec | None
    """Launch for which the zygote was started."""
    zygote: WorkerProcess | None
    """None if zygotes aren't supported or none could be started."""


def prestart(launcher: Launcher, words: Sequence[str]) -> Prestarted:
    """Start what `funclens run` with these arguments most likely needs.

    No zygote is started if it is better to wait for the settings.
    """
    folder = next((word for word in words if os.path.isdir(word)), ".")
    folder = os.path.realpath(folder)
    is_open = any(word.startswith(_DECIDING) for word in words)
    try:
        if not is_open and not _has_settings(folder):
            with contextlib.suppress(FunclensError):
                return _begin(launcher, folder, "", ())
        return Prestarted(launcher, None, None)
    finally:
        if launcher.zygote is not None:  # not needed
            launcher.zygote.end()
            launcher.zygote = None


def settle(prestarted: Prestarted, folder: str, settings: Settings) -> Prestarted:
    """Return what units of a folder need; start it if the guess was wrong.

    Errors are reported when a unit of the folder is started.
    """
    try:
        spec = _plan(folder, settings.python, settings.env_file)
        if prestarted.spec == spec:
            return prestarted
        _drop(prestarted)
        return _begin(prestarted.launcher, folder, settings.python, settings.env_file)
    except FunclensError:
        _drop(prestarted)
        return Prestarted(prestarted.launcher, None, None)


def launch_of_zygote(spec: LaunchSpec) -> LaunchSpec:
    """Return how to start the zygote for a worker's launch."""
    at = spec.argv.index(SCRIPT)
    return spec._replace(argv=(*spec.argv[: at + 1], "zygote"), cwd="/")


def tell_modules(
    zygote: WorkerProcess, modules: Sequence[str], refused: Sequence[str]
) -> None:
    """Tell a zygote which modules to import in addition, and which not."""
    line = json.dumps({"modules": modules, "refused": refused}).encode() + b"\n"
    zygote.channel.setblocking(True)
    zygote.channel.sendall(line)


def _begin(
    launcher: Launcher, folder: str, python: str, env_file: Sequence[str]
) -> Prestarted:
    spec = _plan(folder, python, env_file)
    zygote = None
    if sys.platform == "linux":
        wanted = launch_of_zygote(spec)
        if stands_in(wanted.argv, wanted.env):
            zygote, launcher.zygote = launcher.zygote, None
        zygote = zygote or launcher.start(wanted)
        tell_modules(zygote, [], [])
    return Prestarted(launcher, spec, zygote)


def _plan(folder: str, python: str, env_file: Sequence[str]) -> LaunchSpec:
    environ = read_environment(folder, folder, env_file, os.environ)
    return plan_launch(folder, resolve_python(folder, folder, python, environ), environ)


def _has_settings(folder: str) -> bool:
    """Return whether a folder may have settings for interpreter or environment."""
    if any(os.path.exists(path) for path in environment_files(folder, folder, ())):
        return True
    try:
        return b"funclens" in read_regular(os.path.join(folder, "pyproject.toml"))
    except OSError:
        return False


def _drop(prestarted: Prestarted) -> None:
    """End a zygote that isn't needed."""
    if prestarted.zygote is not None:
        prestarted.zygote.end()
