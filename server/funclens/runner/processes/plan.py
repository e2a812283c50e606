"""Plans how to start a worker: interpreter and environment. No side effects."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from funclens.errors import InterpreterError
from funclens.python_layout import binary_folders, environment_of, interpreter_in
from funclens.runner.processes.launcher import SCRIPT, LaunchSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens_worker.contract import DebugSpec

__all__ = ["debugger", "own_interpreter", "plan_launch", "resolve_python"]

_ENVIRONMENTS = (".venv", "venv")


def plan_launch(
    root: str,
    python: str,
    environ: Mapping[str, str],
    *,
    debug: bool = False,
    os_name: str = os.name,
) -> LaunchSpec:
    """Return how to start a worker of the unit in `root` with an interpreter.

    The environment is the runner's; for a virtual environment, it looks activated.
    """
    env = dict(environ)
    if os_name == "nt":  # as in production, for files and for what is printed
        env.setdefault("PYTHONUTF8", "1")
    environment = environment_of(python)
    marks = ("pyvenv.cfg", *(("conda-meta",) if os.name == "nt" else ()))
    if any(os.path.exists(os.path.join(environment, mark)) for mark in marks):
        env["VIRTUAL_ENV"] = environment
        folders = binary_folders(environment)
        env["PATH"] = os.pathsep.join([*folders, env.get("PATH", os.defpath)])
        env.pop("PYTHONHOME", None)
    # Debuggers can't step into frozen modules.
    options = ("-X", "frozen_modules=off") if debug else ()
    return LaunchSpec((python, *options, SCRIPT, "worker"), env, root)


def resolve_python(
    root: str, folder: str, setting: str, environ: Mapping[str, str]
) -> str:
    """Choose the interpreter of the unit in `root`; return its absolute path.

    In this order: the setting (absolute, or relative to the workspace folder), an
    environment `.venv` or `venv` in the unit's folder or above it up to the
    workspace folder, VIRTUAL_ENV, the runner's own interpreter. Raises
    InterpreterError if the setting isn't executable.
    """
    if setting:
        # Keep the symbolic link: it is what makes a virtual environment.
        path = os.path.join(folder, os.path.expanduser(setting))
        if not os.access(path, os.X_OK) or os.path.isdir(path):
            raise InterpreterError(
                f"not an executable interpreter: {path}",
                hint="change the setting 'python', or remove it to use a .venv",
            )
        return os.path.normpath(path)
    own = own_interpreter(root, folder)
    if own is not None:
        return own
    active = environ.get("VIRTUAL_ENV")
    return (interpreter_in(active) if active else None) or sys.executable


def own_interpreter(root: str, folder: str) -> str | None:
    """Return the interpreter of a `.venv` or `venv` in `root` or above it, or None.

    Nothing above the workspace folder is looked at.
    """
    for place in _folders_up(root, folder):
        for name in _ENVIRONMENTS:
            found = interpreter_in(os.path.join(place, name))
            if found:
                return found
    return None


def debugger() -> DebugSpec:
    """Return the location of the debugpy that is installed with Funclens.

    Raises InterpreterError if it isn't installed.
    """
    from importlib.util import find_spec  # noqa: PLC0415 - when somebody debugs

    from funclens_worker.contract import DebugSpec  # noqa: PLC0415

    spec = find_spec("debugpy")
    if spec is None or not spec.submodule_search_locations:
        raise InterpreterError(
            "package 'debugpy' is not installed in Funclens's environment",
            hint=f"install it: {sys.executable} -m pip install debugpy",
        )
    return DebugSpec(os.path.dirname(spec.submodule_search_locations[0]))


def _folders_up(start: str, top: str) -> Iterator[str]:
    """Yield `start` and its parents up to `top`, if it is inside."""
    yield start
    while start != top and start.startswith(os.path.join(top, "")):
        start = os.path.dirname(start)
        yield start
