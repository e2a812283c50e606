"""Starts what takes longest before the rest of Funclens is even imported.

While the front door imports its own modules and reads the workspace, the guard
is there already, and the template of the workspace's interpreter imports Flask.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from funclens.errors import FunclensError
from funclens.runner.environment import read_environment
from funclens.runner.guard import SCRIPT, Guard, LaunchSpec
from funclens.runner.launch import plan_launch, resolve_python

if TYPE_CHECKING:
    from funclens.runner.guard import WorkerProcess
    from funclens.settings import Settings

__all__ = ["EarlyStart", "begin", "launch_of_template", "tell_modules"]


@dataclass(frozen=True, slots=True)
class EarlyStart:
    """What runs before the front door does."""

    guard: Guard
    spec: LaunchSpec
    """The launch that the template was started for."""
    template: WorkerProcess | None
    """None where templates are not supported or none could be started."""


def begin(folder: str, settings: Settings) -> EarlyStart:
    """Fork the guard and start the template that units of a folder will want.

    Called by a process with a single thread. Whatever is wrong with the folder
    is not told here but when a unit of it is started.
    """
    guard = Guard.fork()
    try:
        environ = read_environment(folder, folder, settings.env_file, os.environ)
        python = resolve_python(folder, folder, settings.python, environ)
        spec = plan_launch(folder, python, environ)
        template = None
        if sys.platform == "linux":
            template = guard.start(launch_of_template(spec))
            tell_modules(template, [])
    except FunclensError:
        return EarlyStart(guard, plan_launch(folder, sys.executable, {}), None)
    return EarlyStart(guard, spec, template)


def launch_of_template(spec: LaunchSpec) -> LaunchSpec:
    """Return how the template of a worker's launch is started."""
    at = spec.argv.index(SCRIPT)
    return replace(spec, argv=(*spec.argv[: at + 1], "template"), cwd="/")


def tell_modules(template: WorkerProcess, modules: list[str]) -> None:
    """Tell a template what to import beside what every worker needs."""
    template.channel.setblocking(True)
    template.channel.sendall(json.dumps(modules).encode() + b"\n")
