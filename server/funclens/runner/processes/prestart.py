"""Starts what takes longest before the rest of Funclens is even imported.

`guess` runs before the command line is read: where nothing speaks against it, the
template of the interpreter that is wanted most often is started at once. `settle`
knows the settings, and puts right what was guessed wrong.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from typing import TYPE_CHECKING, NamedTuple

from funclens.errors import FunclensError
from funclens.regular_file import read_regular
from funclens.runner.processes.environment import environment_files, read_environment
from funclens.runner.processes.launcher import SCRIPT, LaunchSpec
from funclens.runner.processes.plan import plan_launch, resolve_python

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.runner.processes.launcher import Guard, WorkerProcess
    from funclens.settings import Settings

__all__ = ["EarlyStart", "guess", "launch_of_template", "settle", "tell_modules"]

_DECIDING = ("--python", "--env-file", "--debug")
"""Words of the command line after which nothing is guessed."""


class EarlyStart(NamedTuple):
    """What runs before the front door does."""

    guard: Guard
    spec: LaunchSpec | None
    """The launch that the template was started for."""
    template: WorkerProcess | None
    """None where templates are not supported or none could be started."""


def guess(guard: Guard, words: Sequence[str]) -> EarlyStart:
    """Start what `funclens run` with these words will most likely want.

    There is no template where it is better to wait for the settings.
    """
    folder = next((word for word in words if os.path.isdir(word)), ".")
    folder = os.path.realpath(folder)
    is_open = any(word.startswith(_DECIDING) for word in words)
    if not is_open and not _has_settings(folder):
        with contextlib.suppress(FunclensError):
            return _begin(guard, folder, "", ())
    return EarlyStart(guard, None, None)


def settle(early: EarlyStart, folder: str, settings: Settings) -> EarlyStart:
    """Return what units of a folder will want; start it where it was not guessed.

    Whatever is wrong with the folder is not told here but when a unit of it is
    started.
    """
    try:
        spec = _plan(folder, settings.python, settings.env_file)
        if early.spec == spec:
            return early
        _drop(early)
        return _begin(early.guard, folder, settings.python, settings.env_file)
    except FunclensError:
        _drop(early)
        return EarlyStart(early.guard, None, None)


def launch_of_template(spec: LaunchSpec) -> LaunchSpec:
    """Return how the template of a worker's launch is started."""
    at = spec.argv.index(SCRIPT)
    return spec._replace(argv=(*spec.argv[: at + 1], "template"), cwd="/")


def tell_modules(template: WorkerProcess, modules: list[str]) -> None:
    """Tell a template what to import beside what every worker needs."""
    template.channel.setblocking(True)
    template.channel.sendall(json.dumps(modules).encode() + b"\n")


def _begin(
    guard: Guard, folder: str, python: str, env_file: Sequence[str]
) -> EarlyStart:
    spec = _plan(folder, python, env_file)
    template = None
    if sys.platform == "linux":
        template = guard.start(launch_of_template(spec))
        tell_modules(template, [])
    return EarlyStart(guard, spec, template)


def _plan(folder: str, python: str, env_file: Sequence[str]) -> LaunchSpec:
    environ = read_environment(folder, folder, env_file, os.environ)
    return plan_launch(folder, resolve_python(folder, folder, python, environ), environ)


def _has_settings(folder: str) -> bool:
    """Tell whether something in a folder may decide on interpreter or environment."""
    if any(os.path.exists(path) for path in environment_files(folder, folder, ())):
        return True
    try:
        return b"funclens" in read_regular(os.path.join(folder, "pyproject.toml"))
    except OSError:
        return False


def _drop(early: EarlyStart) -> None:
    """End a template that nobody will ask for a worker."""
    if early.template is not None:
        with contextlib.suppress(OSError):
            early.template.keeper.shutdown(socket.SHUT_WR)
        for descriptor in (early.template.stdout, early.template.stderr):
            os.close(descriptor)
        early.template.channel.close()
