"""Decides where to create the environment of a unit, and with which Python."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.environments.pythons import (
    environment_version,
    find_python,
    version_of_runtime,
)
from funclens.environments.unit_requirements import Requirements, find_requirements
from funclens.errors import InterpreterError
from funclens.python_layout import environment_of, interpreters, is_in_environment
from funclens.runner.processes.plan import own_interpreter

if TYPE_CHECKING:
    from funclens.model import Catalog, Unit

__all__ = [
    "EnvironmentPlan",
    "environment_of_setting",
    "lacks_environment",
    "plan_unit",
]


@dataclass(frozen=True, slots=True)
class EnvironmentPlan:
    """An environment to create. Units that share requirements share it."""

    folder: str
    """Absolute path of the environment, usually `.venv`."""
    python: str
    """Absolute path of the interpreter to create it with."""
    requirements: Requirements
    version: str = ""
    """Python version that a deploy file asks for; empty if any will do."""
    keeps_packages: bool = False
    """Whether to install into the environment that is there."""


def lacks_environment(unit: Unit, setting: str = "") -> bool:
    """Return whether a unit has no environment.

    An environment is a `.venv` or `venv` in its folder, or above it in the workspace,
    or the interpreter of the setting `python`.
    """
    if setting:
        folder = environment_of_setting(setting, unit.folder)
        return bool(folder) and environment_version(folder) is None
    return own_interpreter(unit.root, unit.folder) is None


def plan_unit(unit: Unit, catalog: Catalog, setting: str = "") -> EnvironmentPlan:
    """Return the environment to create for a unit, next to its requirements.

    The Python version is that of the runtime in a deploy file, or Funclens's own. An
    environment with another version is replaced. Raises InterpreterError if that
    Python is not installed, the environment is outside of the workspace, or the
    setting `python` chooses another one.
    """
    requirements = find_requirements(unit.root, unit.folder)
    if setting:
        folder = environment_of_setting(setting, unit.folder)
        if not folder:
            raise InterpreterError(
                f"{unit.id} runs on a Python outside of the workspace, by the setting "
                f"'python': {setting}",
                hint="remove the setting to use an environment in the workspace, or "
                "install into that Python yourself",
            )
    else:
        folder = _own_environment(unit, requirements.folder)
    folder = folder or os.path.join(requirements.folder, ".venv")  # noqa: PTH118
    _check_inside(folder, unit.folder)
    version = _version_for(unit, catalog)
    existing = environment_version(folder)
    if existing is not None and version in {"", existing}:
        python = next(interpreters(folder))
        return EnvironmentPlan(
            folder, python, requirements, version, keeps_packages=True
        )
    if os.path.realpath(folder) == os.path.realpath(sys.prefix):
        raise InterpreterError(
            f"{unit.id} needs Python {version}, but Funclens itself runs in {folder}",
            hint="install Funclens elsewhere, for example with 'uv tool install "
            "funclens', and remove that environment",
        )
    return EnvironmentPlan(folder, _python_for(unit, version), requirements, version)


def environment_of_setting(setting: str, workspace: str) -> str:
    """Return the environment in the workspace that a setting names, or nothing."""
    path = Path(os.path.normpath(Path(workspace, setting).expanduser()))
    is_inside = path.is_relative_to(workspace) and is_in_environment(str(path))
    return environment_of(str(path)) if is_inside else ""


def _own_environment(unit: Unit, least: str) -> str:
    """Return the environment that a unit uses, unless it is above `least`."""
    found = own_interpreter(unit.root, unit.folder)
    if found is None:
        return ""
    folder = environment_of(found)
    return folder if Path(folder).is_relative_to(least) else ""


def _check_inside(folder: str, workspace: str) -> None:
    """Raise InterpreterError if an environment is a link out of the workspace."""
    real = os.path.realpath(folder)
    if os.path.islink(folder) and not Path(real).is_relative_to(  # noqa: PTH114
        os.path.realpath(workspace)
    ):
        raise InterpreterError(
            f"{folder} is a link to {real}, which is outside of the workspace",
            hint="remove the link, or install into that environment yourself",
        )


def _version_for(unit: Unit, catalog: Catalog) -> str:
    """Return the version of the runtime of a unit; empty if unknown."""
    runtimes = [item.runtime for item in catalog.functions if item.unit == unit.id]
    return next(filter(None, map(version_of_runtime, runtimes)), "")


def _python_for(unit: Unit, version: str) -> str:
    if not version:
        return sys.executable
    found = find_python(version)
    if found is None:
        runtime = "python" + version.replace(".", "")
        raise InterpreterError(
            f"Python {version} is not installed; {unit.id} is deployed to {runtime}",
            hint=f"install it, for example with 'uv python install {version}', "
            "and try again",
        )
    return found
