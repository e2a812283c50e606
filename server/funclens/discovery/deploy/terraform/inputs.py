"""Input variables of a root module, from variable files.

`terraform.tfvars` and `*.auto.tfvars` always apply. Each other variable file is one
way to deploy the module: its values are arms that are chosen together.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.deploy.terraform.evaluation.instance import ModuleInstance
from funclens.discovery.deploy.terraform.evaluation.scope import Scope
from funclens.discovery.deploy.terraform.evaluation.values import (
    Arm,
    Arms,
    agree,
    unknown,
)
from funclens.discovery.deploy.terraform.glance import is_module_file
from funclens.discovery.deploy.terraform.language.expression_nodes import (
    Constant,
    ObjectOf,
)
from funclens.discovery.deploy.terraform.language.hcl_blocks import (
    blocks_in,
    read_object,
)
from funclens.discovery.deploy.terraform.module import TERRAGRUNT_CALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from funclens.discovery.deploy.terraform.language.expression_nodes import Expression
    from funclens.discovery.deploy.terraform.module import Module
    from funclens.discovery.deploy.terraform.project import Project

__all__ = ["inputs_of"]

_ALWAYS = ("terraform.tfvars", "terraform.tfvars.json")
_MOST_FILES = 8
_MOST_FOLDERS = 200
_FOREIGN = frozenset({"node_modules", "venv", "__pycache__"})
_DEEPEST = 2


def inputs_of(module: Module, project: Project) -> Mapping[str, Callable[[], Arms]]:
    """Return the inputs of a root module by name."""
    root = ModuleInstance(module, project, {})
    scope = Scope(root)
    # Terragrunt passes its inputs to the module that it calls.
    wrapped = module.calls.get(TERRAGRUNT_CALL)
    called = root.folder_of_call(wrapped) if wrapped is not None else None
    module = (project.module(called) if called else None) or module
    always: dict[str, Expression] = {}
    ways: list[tuple[str, dict[str, Expression]]] = []
    for path in _files(project):
        values = _values(path, project, module)
        if _is_always(path, project):
            always.update(values)
        elif values and len(ways) < _MOST_FILES:
            ways.append((path, values))
    inputs = {name: scope.later(value) for name, value in always.items()}
    for name in dict.fromkeys(name for _, values in ways for name in values):
        inputs[name] = _way(name, ways, inputs.get(name), module, scope)
    return inputs


def _way(
    name: str,
    ways: list[tuple[str, dict[str, Expression]]],
    otherwise: Callable[[], Arms] | None,
    module: Module,
    scope: Scope,
) -> Callable[[], Arms]:
    """Return a function that gives a variable one arm per variable file."""
    default = module.variables[name].attributes.get("default")

    def value() -> Arms:
        found: list[Arm] = []
        for path, values in ways:
            if name in values:
                arms = scope.evaluate(values[name])
            elif otherwise is not None:
                arms = otherwise()
            else:
                arms = unknown() if default is None else scope.evaluate(default)
            found += [
                Arm(item.value, choices)
                for item in arms
                if (choices := agree((("values", path),), item.choices)) is not None
            ]
        return tuple(found)

    return value


def _files(project: Project) -> Iterator[str]:
    """Yield the variable files of a root: its own, then up to two folders below."""
    pending = [(project.folder, 0)]
    for _ in range(_MOST_FOLDERS):
        if not pending:
            return
        folder, depth = pending.pop(0)
        names = project.names(folder)
        if depth and any(is_module_file(name) for name in names):
            continue
        for name in names:
            path = os.path.join(folder, name)
            if _is_values(name):
                yield path
            elif depth < _DEEPEST and _may_hold_values(name) and os.path.isdir(path):
                pending.append((path, depth + 1))


def _may_hold_values(name: str) -> bool:
    return "." not in name and name not in _FOREIGN


def _is_values(name: str) -> bool:
    return name.endswith((".tfvars", ".tfvars.json"))


def _is_always(path: str, project: Project) -> bool:
    folder, name = os.path.split(path)
    is_auto = name in _ALWAYS or name.endswith((".auto.tfvars", ".auto.tfvars.json"))
    return folder == project.folder and is_auto


def _values(path: str, project: Project, module: Module) -> dict[str, Expression]:
    """Return the values in a file for variables that the module declares."""
    source = project.source(path)
    if source is None:
        return {}
    found: dict[str, Expression] = {}
    if path.endswith(".json"):
        top = read_object(source, templates=False)
        if isinstance(top, ObjectOf):
            found = {
                str(key.data): value
                for key, value in top.items
                if isinstance(key, Constant)
            }
    else:
        for block in blocks_in(source):
            if block.type == "=":
                found.update(block.body.attributes)
    return {name: value for name, value in found.items() if name in module.variables}
