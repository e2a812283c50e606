"""The interpreter of each unit, and what is installed in it. Runs none of them."""

from __future__ import annotations

import os
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.cli.doctor.finding import Finding
from funclens.environments import NeedsFinder
from funclens.environments.pythons import environment_version, version_of_runtime
from funclens.errors import InterpreterError
from funclens.python_layout import environment_of, site_packages
from funclens.runner.processes.plan import resolve_python

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.model import Catalog, Unit

__all__ = ["interpreters"]

_FRAMEWORK = "functions-framework"
_LEAST = (3, 9)
_MOST_SHOWN = 5


def interpreters(
    catalog: Catalog, pythons: Mapping[str, str], environ: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield a finding for each unit; `pythons` are settings by workspace folder."""
    needs = NeedsFinder().find(catalog.units, pythons, environ)
    runtimes: dict[str, str] = {}
    for function in catalog.functions:
        if wanted := version_of_runtime(function.runtime):
            runtimes.setdefault(function.unit, wanted)
    without: list[str] = []
    for unit in catalog.units:
        setting = pythons.get(unit.folder, "")
        try:
            python = resolve_python(unit.root, unit.folder, setting, environ)
        except InterpreterError as error:
            yield Finding("unit-python", "problem", f"{unit.id}: {error}", error.hint)
            continue
        yield _interpreter(unit, python, runtimes.get(unit.id, ""))
        broken = _broken_environment(unit)
        if broken:
            yield Finding(
                "unit-environment",
                "problem",
                f"{unit.id}: {broken} has no working interpreter",
                f"remove it, then run `funclens setup --unit {unit.id}`",
            )
        need = needs.get(unit.id)
        if need is not None and need.missing:
            names = ", ".join(need.missing)
            yield Finding(
                "unit-packages",
                "problem",
                f"{unit.id}: not installed: {names}",
                f"run `funclens setup --unit {unit.id}`",
            )
        elif need is not None and not need.has_environment:
            without.append(unit.id)
    if without:
        shown = [", ".join(without[:_MOST_SHOWN])]
        shown += [f"{more} more"] if (more := len(without) - _MOST_SHOWN) > 0 else []
        yield Finding(
            "unit-environment",
            "note",
            f"no environment of their own: {' and '.join(shown)}",
            "to make them, run `funclens setup`",
        )


def _interpreter(unit: Unit, python: str, runtime: str) -> Finding:
    environment = environment_of(python)
    version = _version(python, environment)
    framework = _framework(python, environment)
    shown = os.path.relpath(python, unit.folder)
    shown = python if shown.startswith("..") else shown
    text = f"{unit.id}: {shown}, Python {version or 'of unknown version'}"
    text += f", {_FRAMEWORK} {framework}" if framework else f", no {_FRAMEWORK}"
    numbers = tuple(int(part) for part in version.split(".")) if version else _LEAST
    if numbers < _LEAST:
        least = ".".join(map(str, _LEAST))
        return Finding(
            "unit-python",
            "problem",
            text,
            f"Python {least} is the oldest that Funclens serves; make a newer "
            "environment",
        )
    if version and runtime and version != runtime:
        return Finding(
            "unit-python",
            "note",
            f"{text}; deployed with Python {runtime}",
            f"to run it with Python {runtime}, remove its environment, if it has one, "
            f"and run `funclens setup --unit {unit.id}`",
        )
    return Finding("unit-python", "ok", text)


def _version(python: str, environment: str) -> str:
    if python == sys.executable:
        return f"{sys.version_info[0]}.{sys.version_info[1]}"
    return environment_version(environment) or ""


def _framework(python: str, environment: str) -> str:
    """Return the version that is installed beside an interpreter; may be empty."""
    folders = site_packages(environment)
    if python == sys.executable:
        folders = [*folders, *sys.path]
    found = distributions(name=_FRAMEWORK, path=folders)
    return next((item.version for item in found), "")


def _broken_environment(unit: Unit) -> str:
    """Return an environment in the unit's folder whose interpreter is gone."""
    for name in (".venv", "venv"):
        folder = str(Path(unit.root, name))
        configured = Path(folder, "pyvenv.cfg").is_file()
        if configured and environment_version(folder) is None:
            return os.path.relpath(folder, unit.folder)
    return ""
