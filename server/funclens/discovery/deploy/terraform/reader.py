"""Functions in all Terraform modules of a workspace folder, kept up to date.

A module is a folder that may call other modules and read files. Only root modules,
which no other module calls, are evaluated, together with the modules they call. A
result is recomputed when a file it depends on changes.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.deploy.terraform.connections import attached_in
from funclens.discovery.deploy.terraform.evaluation.instance import ModuleInstance
from funclens.discovery.deploy.terraform.inputs import inputs_of
from funclens.discovery.deploy.terraform.known_modules import functions_of_calls
from funclens.discovery.deploy.terraform.project import (
    Dependencies,
    Parsed,
    Project,
)
from funclens.discovery.deploy.terraform.resources import functions_of
from funclens.discovery.files.notes import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.terraform.evaluation.values import Instance
    from funclens.discovery.deploy.terraform.glance import TerraformFile
    from funclens.discovery.files.notes import Notes

__all__ = ["TerraformReader"]

_MOST_INSTANCES = 1_000


@dataclass(frozen=True, slots=True)
class _Result:
    deployments: tuple[Deployment, ...]
    dependencies: Dependencies


class TerraformReader:
    """Evaluates the Terraform files of one workspace folder."""

    def __init__(
        self, top: str, read: Callable[[str], bytes | None], notes: Notes
    ) -> None:
        self._parsed = Parsed(top, read, notes)
        self._results: dict[str, _Result] = {}
        self._deployments: tuple[Deployment, ...] | None = None
        self._notes = notes

    def changed(self, path: str) -> None:
        """Invalidate what depends on a file or folder that changed."""
        self._parsed.forget(path)
        self._deployments = None
        for folder in [
            folder
            for folder, result in self._results.items()
            if result.dependencies.touches(path)
        ]:
            del self._results[folder]

    def deployments(self, files: Mapping[str, TerraformFile]) -> tuple[Deployment, ...]:
        """Return the functions that the modules in these files deploy.

        The files must be the same as in the last call unless `changed` was called.
        """
        if self._deployments is None:
            self._results = {
                folder: self._results.get(folder) or self._evaluated(folder)
                for folder in _roots(files)
            }
            found = (r.deployments for r in self._results.values())
            self._deployments = tuple(item for items in found for item in items)
        return self._deployments

    def _evaluated(self, folder: str) -> _Result:
        project = Project(folder, self._parsed)
        found: list[Deployment] = []
        self._notes.forget(folder)
        try:
            module = project.module(folder)
            if module is not None:
                root = ModuleInstance(module, project, inputs_of(module, project))
                found.extend(_deployments(root))
        except Exception as error:  # noqa: BLE001  # an edge: noted, the rest goes on
            # Deterministic, so results up to the limit count.
            self._notes.skip(folder, reason_of(error))
        said = [f for f in found if f.is_python and f.says_something]
        return _Result(tuple(dict.fromkeys(said)), project.dependencies)


def _deployments(root: Instance) -> Iterator[Deployment]:
    pending = [root]
    seen = 0
    while pending and seen < _MOST_INSTANCES:
        instance = pending.pop(0)
        seen += 1
        yield from functions_of(instance)
        yield from functions_of_calls(instance)
        yield from attached_in(instance)
        for name in instance.module.calls:
            pending += [child for _, child, _ in instance.children(name)]


def _roots(files: Mapping[str, TerraformFile]) -> list[str]:
    """Return the folders to evaluate: roots that may lead to a function."""
    called: dict[str, set[str]] = {}
    wanted: set[str] = set()
    for path, file in files.items():
        folder = os.path.dirname(path)
        inner = called.setdefault(folder, set())
        inner.update(
            os.path.normpath(os.path.join(folder, name.partition("?")[0]))
            for name in file.called
        )
        if file.mentions:
            wanted.add(folder)
    callers: dict[str, set[str]] = {}
    for folder, inner in called.items():
        for name in inner:
            if name != folder and name in called:
                callers.setdefault(name, set()).add(folder)
    leading = _closure(wanted, callers)
    roots = {folder for folder in leading if folder not in callers}
    # Modules that only call each other have no root: choose one.
    reached = _closure(roots, called)
    for folder in sorted(leading):
        if folder not in reached:
            roots.add(folder)
            reached |= _closure({folder}, called)
    return sorted(roots)


def _closure(start: Iterable[str], edges: dict[str, set[str]]) -> set[str]:
    found = set(start)
    pending = list(found)
    while pending:
        for following in edges.get(pending.pop(), ()):
            if following not in found:
                found.add(following)
                pending.append(following)
    return found
