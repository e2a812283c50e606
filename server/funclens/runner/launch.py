"""Plans how a worker is started: interpreter and environment. Decides only."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.errors import InterpreterError
from funclens.runner.guard import SCRIPT, LaunchSpec
from funclens_worker.contract import DebugSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["debugger", "plan_launch", "resolve_python"]

_ENVIRONMENTS = (".venv", "venv")
_BIN = "Scripts" if os.name == "nt" else "bin"


def plan_launch(
    root: str, python: str, environ: Mapping[str, str], *, debug: bool = False
) -> LaunchSpec:
    """Return how a worker of the unit in `root` is started with an interpreter.

    The environment is the runner's; for a virtual environment it looks as if
    that had been activated.
    """
    env = dict(environ)
    binaries = Path(python).parent
    if (binaries.parent / "pyvenv.cfg").exists():
        env["VIRTUAL_ENV"] = str(binaries.parent)
        env["PATH"] = os.pathsep.join([str(binaries), env.get("PATH", os.defpath)])
        env.pop("PYTHONHOME", None)
    # A debugger cannot see into modules that are frozen into the interpreter.
    options = ("-X", "frozen_modules=off") if debug else ()
    return LaunchSpec((python, *options, SCRIPT, "worker"), env, root)


def resolve_python(
    root: str, folder: str, setting: str, environ: Mapping[str, str]
) -> str:
    """Choose the interpreter of the unit in `root` and return its absolute path.

    In this order: the setting (absolute, or from the workspace folder), an
    environment `.venv` or `venv` in the unit's folder or above it up to the
    workspace folder, VIRTUAL_ENV, the interpreter of the runner itself. Raises
    InterpreterError when the setting names nothing that can be executed.
    """
    if setting:
        # Not resolved: the link in a virtual environment is what makes it one.
        path = Path(folder) / Path(setting).expanduser()
        if not os.access(path, os.X_OK) or path.is_dir():
            raise InterpreterError(
                "The setting `python` names no interpreter that can be run. Point "
                f"it to one, or remove it to use the unit's .venv: {path}"
            )
        return os.path.normpath(path)
    for place in _folders_up(Path(root), Path(folder)):
        for name in _ENVIRONMENTS:
            found = _interpreter_in(place / name)
            if found:
                return found
    active = environ.get("VIRTUAL_ENV")
    return (_interpreter_in(Path(active)) if active else None) or sys.executable


def debugger() -> DebugSpec:
    """Return where the debugpy that travels with Funclens is.

    Raises InterpreterError when it is not installed.
    """
    spec = importlib.util.find_spec("debugpy")
    if spec is None or not spec.submodule_search_locations:
        raise InterpreterError(
            "debugpy is missing beside Funclens. Install it: "
            f"{sys.executable} -m pip install debugpy"
        )
    return DebugSpec(str(Path(spec.submodule_search_locations[0]).parent))


def _folders_up(start: Path, top: Path) -> list[Path]:
    folders = [start, *start.parents]
    return folders[: folders.index(top) + 1] if top in folders else [start]


def _interpreter_in(environment: Path) -> str | None:
    for name in ("python", "python3", "python.exe"):
        path = environment / _BIN / name
        if os.access(path, os.X_OK):
            return str(path)
    return None
