"""Functions of Terraform that read files: only those of the workspace folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.terraform.blocks import read_object
from funclens.discovery.deploy.terraform.scanner import Source
from funclens.discovery.deploy.terraform.syntax import (
    Constant,
    Expression,
    ListOf,
    ObjectOf,
    Template,
)
from funclens.discovery.deploy.terraform.values import (
    FAILED,
    UNKNOWN,
    Arms,
    Items,
    Keyed,
    Origin,
    Plain,
    Reference,
    arm,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from funclens.discovery.deploy.terraform.project import Project
    from funclens.discovery.deploy.terraform.scope import Scope
    from funclens.discovery.deploy.terraform.values import Value

__all__ = ["FUNCTIONS", "absolute"]

_DEEPEST = 30


def absolute(project: Project, path: str) -> str:
    """Return a path as Terraform takes it: from the folder of the root module."""
    return os.path.normpath(os.path.join(project.folder, path))


def _path(scope: Scope, values: list[Value]) -> str | None:
    value = values[0] if values else UNKNOWN
    if not isinstance(value, Plain) or not isinstance(value.data, str):
        return None
    return absolute(scope.instance.project, value.data)


def _file(scope: Scope, values: list[Value]) -> Arms:
    path = _path(scope, values)
    source = None if path is None else scope.instance.project.source(path)
    if source is None:
        return unknown() if path is None else arm(FAILED)
    return arm(Plain(source.text, Origin(source, 0, len(source.text))))


def _fileexists(scope: Scope, values: list[Value]) -> Arms:
    path = _path(scope, values)
    if path is None:
        return unknown()
    return arm(Plain(scope.instance.project.source(path) is not None))


def _fileset(scope: Scope, values: list[Value]) -> Arms:
    path = _path(scope, values)
    pattern = values[1] if len(values) > 1 else UNKNOWN
    if path is None or not isinstance(pattern, Plain):
        return unknown()
    found = scope.instance.project.files_below(path, str(pattern.data))
    return arm(Items(tuple(arm(Plain(name)) for name in found)))


def _jsondecode(scope: Scope, values: list[Value]) -> Arms:
    source = _whole(values)
    if source is None:
        return unknown()
    scope.instance.project.spend(len(source.text) // 50)
    found = read_object(source, templates=False)
    return unknown() if found is None else _of_json(found)


def _whole(values: list[Value]) -> Source | None:
    """Return the file whose content a value is, or a text as if it were one."""
    value = values[0] if values else UNKNOWN
    if isinstance(value, Reference) and value.attribute:
        arms = value.instance.attribute(value)
        value = arms[0].value if len(arms) == 1 else UNKNOWN
    if not isinstance(value, Plain) or not isinstance(value.data, str):
        return None
    origin = value.origin
    if origin is not None and origin.source.text == value.data:
        return origin.source
    return Source(origin.path if origin else "", value.data)


def _of_json(expression: Expression) -> Arms:
    if isinstance(expression, Constant):
        origin = Origin(expression.source, expression.start, expression.end)
        return arm(Plain(expression.data, origin))
    if isinstance(expression, Template):
        parts = [str(p.data) for p in expression.parts if isinstance(p, Constant)]
        origin = Origin(expression.source, expression.start, expression.end)
        return arm(Plain("".join(parts), origin))
    if isinstance(expression, ListOf):
        return arm(Items(tuple(_of_json(item) for item in expression.items)))
    if isinstance(expression, ObjectOf):
        pairs = [(k, v) for k, v in expression.items if isinstance(k, Constant)]
        origins = {str(k.data): Origin(k.source, k.start, k.end) for k, _ in pairs}
        items = {str(key.data): _of_json(value) for key, value in pairs}
        return arm(Keyed(items, origins=origins))
    return unknown()


def _yamldecode(scope: Scope, values: list[Value]) -> Arms:
    from ruamel.yaml import YAML  # noqa: PLC0415  # few folders need it
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    source = _whole(values)
    if source is None:
        return unknown()
    scope.instance.project.spend(len(source.text) // 10)
    try:
        node = YAML(typ="safe", pure=True).compose(source.text)
    except (YAMLError, ValueError, TypeError, RecursionError):
        return unknown()
    return unknown() if node is None else _of_yaml(node, source, {}, 0)


def _of_yaml(node: Any, source: Source, seen: dict[int, Arms], depth: int) -> Arms:
    if id(node) in seen:
        return seen[id(node)]
    if depth > _DEEPEST:
        return unknown()
    # One that holds itself by an alias is not known within itself.
    seen[id(node)] = unknown()
    origin = _place(node, source)
    if node.id == "scalar":
        found = arm(Plain(_scalar(node), origin))
    elif node.id == "sequence":
        items = [_of_yaml(item, source, seen, depth + 1) for item in node.value]
        found = arm(Items(tuple(items)))
    else:
        keyed = {
            str(key.value): _of_yaml(value, source, seen, depth + 1)
            for key, value in node.value
            if key.id == "scalar"
        }
        origins = {
            str(key.value): _place(key, source)
            for key, _ in node.value
            if key.id == "scalar"
        }
        found = arm(Keyed(keyed, "<<" in keyed, origins))
    seen[id(node)] = found
    return found


def _place(node: Any, source: Source) -> Origin:
    start, end = node.start_mark.index, node.end_mark.index
    if node.id == "scalar" and node.style in {"'", '"'}:
        start, end = start + 1, end - 1
    return Origin(source, start, end)


def _scalar(node: Any) -> str | float | bool | None:
    kind = str(node.tag).rpartition(":")[2]
    text = str(node.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in {"true", "yes", "on"}
    if kind in {"int", "float"}:
        try:
            return int(text) if kind == "int" and len(text) < 15 else float(text)
        except ValueError:
            return text
    return text


def _top(scope: Scope, _: list[Value]) -> Arms:
    return arm(Plain(scope.instance.project.top))


def _root(scope: Scope, _: list[Value]) -> Arms:
    return arm(Plain(scope.instance.project.folder))


FUNCTIONS: Mapping[str, Callable[[Scope, list[Value]], Arms]] = {
    "file": _file,
    "fileexists": _fileexists,
    "fileset": _fileset,
    "get_repo_root": _top,
    "get_terragrunt_dir": _root,
    "jsondecode": _jsondecode,
    "yamldecode": _yamldecode,
}
