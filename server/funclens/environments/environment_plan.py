"""Decides where to create the environment of a unit, and with which Python."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.environments.pythons import find_python, version_of_runtime
from funclens.environments.unit_requirements import Requirements, find_requirements
from funclens.errors import InterpreterError
from funclens.runner.processes.plan import own_interpreter

if TYPE_CHECKING:
    from funclens.model import Catalog, Unit

__all__ = ["EnvironmentPlan", "lacks_environment", "plan_unit"]


@dataclass(frozen=True, slots=True)
class EnvironmentPlan:
    """An environment to create. Units that share requirements share it."""

    folder: str
    """Absolute path of the `.venv`."""
    python: str
    """Absolute path of the interpreter to create it with."""
    requirements: Requirements


def lacks_environment(unit: Unit) -> bool:
    """Return whether a unit has no environment.

    An environment is a `.venv` or `venv` in its folder, or above it in the workspace.
    """
    return own_interpreter(unit.root, unit.folder) is None


def plan_unit(unit: Unit, catalog: Catalog) -> EnvironmentPlan:
    """Return the environment to create for a unit, next to its requirements.

    The Python version is that of the runtime in a deploy file, or Funclens's own.
    Raises InterpreterError if it is not installed.
    """
    requirements = find_requirements(unit.root, unit.folder)
    folder = str(Path(requirements.folder) / ".venv")
    return EnvironmentPlan(folder, _python_for(unit, catalog), requirements)


def _python_for(unit: Unit, catalog: Catalog) -> str:
    runtimes = [item.runtime for item in catalog.functions if item.unit == unit.id]
    runtime = next(filter(version_of_runtime, runtimes), "")
    if not runtime:
        return sys.executable
    version = version_of_runtime(runtime)
    found = find_python(version)
    if found is None:
        raise InterpreterError(
            f"Python {version} is not installed; {unit.id} is deployed to {runtime}",
            hint=f"install it, for example with 'uv python install {version}', "
            "and run the command again",
        )
    return found
