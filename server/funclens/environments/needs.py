"""Finds the units that lack packages or an environment. Runs nothing."""

from __future__ import annotations

import os
import site
from typing import TYPE_CHECKING

from funclens.catalog.rules.requirements.knowledge import normalized
from funclens.catalog.rules.requirements.manifest import read_manifest
from funclens.environments.environment_plan import environment_of_setting
from funclens.environments.unit_requirements import FRAMEWORK, find_requirements
from funclens.model import Need
from funclens.python_layout import environment_of, interpreter_in, site_packages
from funclens.regular_file import read_regular
from funclens.runner.processes.plan import own_interpreter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from funclens.environments.unit_requirements import Requirements
    from funclens.model import Unit

__all__ = ["NeedsFinder"]

_METADATA = (".dist-info", ".egg-info")
_SERVE_FUNCTIONS = frozenset({FRAMEWORK, "flask"})
"""Distributions of which a unit needs one."""


class NeedsFinder:
    """Compares what units require with what is installed where they run."""

    def __init__(self) -> None:
        self._installed: dict[str, tuple[int, frozenset[str]]] = {}
        """Normalized names by site-packages folder, and when the folder changed."""

    def find(
        self,
        units: Iterable[Unit],
        pythons: Mapping[str, str],
        environ: Mapping[str, str],
    ) -> dict[str, Need]:
        """Return what units lack, by unit id.

        A unit without an environment is part of the result even if it lacks no
        package. `pythons` are the settings `python` by workspace folder. Units that run
        on an interpreter outside of the workspace by that setting are left out.
        """
        found = {}
        for unit in units:
            need = self._need(unit, pythons.get(unit.folder, ""), environ)
            if need is not None:
                found[unit.id] = need
        return found

    def _need(
        self, unit: Unit, setting: str, environ: Mapping[str, str]
    ) -> Need | None:
        own = _own_environment(unit, setting)
        if own is None:
            return None
        installed = self._names(own, environ)
        requirements = find_requirements(unit.root, unit.folder)
        wanted = {} if installed is None else dict.fromkeys(_wanted(requirements))
        if installed is not None and _SERVE_FUNCTIONS.isdisjoint(installed):
            wanted[FRAMEWORK] = None
        missing = tuple(name for name in wanted if name not in (installed or ()))
        if own and not missing:
            return None
        return Need(bool(own), missing, has_requirements=bool(requirements.file))

    def _names(self, own: str, environ: Mapping[str, str]) -> frozenset[str] | None:
        """Return what is installed in an environment, or where units without one run.

        None if it isn't known.
        """
        if own:
            if _sees_system_packages(own):
                return None
            folders = site_packages(own)
        elif environ.get("VIRTUAL_ENV"):
            folders = site_packages(environ["VIRTUAL_ENV"])
        else:
            folders = [*site.getsitepackages(), site.getusersitepackages()]
        return frozenset().union(*map(self._names_in, folders))

    def _names_in(self, folder: str) -> frozenset[str]:
        try:
            changed = os.stat(folder).st_mtime_ns  # noqa: PTH116
            known = self._installed.get(folder)
            if known is None or known[0] != changed:
                names = os.listdir(folder)  # noqa: PTH208
                found = frozenset(map(_distribution, filter(_is_metadata, names)))
                known = self._installed[folder] = (changed, found)
        except OSError:
            return frozenset()
        return known[1]


def _own_environment(unit: Unit, setting: str) -> str | None:
    """Return the environment of a unit; empty without one, None if it needs none."""
    if setting:
        folder = environment_of_setting(setting, unit.folder)
        if not folder:
            return None
        return folder if interpreter_in(folder) else ""
    python = own_interpreter(unit.root, unit.folder)
    return environment_of(python) if python else ""


def _wanted(requirements: Requirements) -> list[str]:
    """Return the names of required distributions, without conditional ones."""
    if requirements.file.endswith(".txt"):
        path = os.path.join(requirements.folder, requirements.file)  # noqa: PTH118
        try:
            data = read_regular(path)
        except OSError:
            return []
    else:
        data = "\n".join(requirements.packages).encode()
    return [item.name for item in read_manifest(data).wanted if not item.is_conditional]


def _sees_system_packages(environment: str) -> bool:
    try:
        text = read_regular(os.path.join(environment, "pyvenv.cfg")).decode()  # noqa: PTH118
    except (OSError, ValueError):
        return False
    return "include-system-site-packages = true" in text.lower()


def _is_metadata(name: str) -> bool:
    return name.endswith(_METADATA)


def _distribution(name: str) -> str:
    return normalized(name.rpartition(".")[0].partition("-")[0])
