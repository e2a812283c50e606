"""The commands that make an environment: with uv if it is there, else venv and pip."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.environments.unit_requirements import FRAMEWORK
from funclens.environments.uv import find_uv
from funclens.python_layout import site_packages

if TYPE_CHECKING:
    from funclens.environments.environment_plan import EnvironmentPlan

__all__ = ["Command", "install_commands"]

_NEW = "{new}"
"""Stands for the environment that is being made, which is moved when it is done."""

_FREEZE = """
import sys
from importlib.metadata import distributions
with open(sys.argv[1], "w", encoding="utf-8") as file:
    for item in distributions():
        file.write(f"{item.metadata['Name']}=={item.version}\\n")
"""
"""Writes the installed versions as constraints."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of an installation."""

    argv: list[str]
    failure: str
    """What it means if the command fails: the beginning of an error."""


def install_commands(plan: EnvironmentPlan) -> list[Command]:
    """Return the commands that make the environment of a plan."""
    uv = find_uv()
    python = f"{_NEW}/bin/python"
    prompt = ["--prompt", Path(plan.folder).parent.name or "venv"]
    if uv:
        install = [uv, "pip", "install", "--python", python]
        make = [uv, "venv", "--no-project", *prompt, "--python", plan.python, _NEW]
    else:
        pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input"]
        install = [*pip, "install", "--progress-bar", "off"]
        make = [plan.python, "-m", "venv", *prompt, _NEW]
    if plan.keeps_packages:
        is_ready = uv or _has_pip(plan.folder)
        make = [] if is_ready else [python, "-m", "ensurepip"]
    commands = []
    if make:
        commands.append(Command(make, "the environment could not be made"))
    failure = f"{plan.requirements.shown} could not be installed"
    if uv or not plan.requirements.has_hashes:
        words = plan.requirements.words
        return [*commands, Command([*install, *words], failure)]
    # With hashes, pip refuses everything that has none on its command line.
    constraints = f"{_NEW}/constraints.txt"
    return [
        *commands,
        Command([*install, *plan.requirements.file_words], failure),
        Command([python, "-c", _FREEZE, constraints], failure),
        Command([*install, FRAMEWORK, "--constraint", constraints], failure),
    ]


def _has_pip(environment: str) -> bool:
    """Return whether an environment has pip; those that uv makes have none."""
    return any(Path(folder, "pip").is_dir() for folder in site_packages(environment))
