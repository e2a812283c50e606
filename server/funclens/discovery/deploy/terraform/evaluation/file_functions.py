"""Terraform functions that read files; limited to the workspace folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.terraform.evaluation.values import (
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
from funclens.discovery.deploy.terraform.language.expression_nodes import (
    Constant,
    Expression,
    ListOf,
    ObjectOf,
    Template,
)
from funclens.discovery.deploy.terraform.language.hcl_blocks import read_object
from funclens.discovery.deploy.terraform.language.scanner import Source
from funclens.discovery.deploy.yaml.plain_values import Written, yaml_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from funclens.discovery.deploy.terraform.evaluation.values import Value
    from funclens.discovery.deploy.terraform.project import Project

__all__ = ["FUNCTIONS", "absolute"]


def absolute(project: Project, path: str) -> str:
    """Return a path as Terraform resolves it: relative to the root module's folder."""
    return os.path.normpath(os.path.join(project.folder, path))


def _path(project: Project, values: list[Value]) -> str | None:
    value = values[0] if values else UNKNOWN
    if not isinstance(value, Plain) or not isinstance(value.data, str):
        return None
    return absolute(project, value.data)


def _file(project: Project, values: list[Value]) -> Arms:
    path = _path(project, values)
    source = None if path is None else project.source(path)
    if source is None:
        return unknown() if path is None else arm(FAILED)
    return arm(Plain(source.text, Origin(source, 0, len(source.text))))


def _fileexists(project: Project, values: list[Value]) -> Arms:
    path = _path(project, values)
    if path is None:
        return unknown()
    return arm(Plain(project.source(path) is not None))


def _fileset(project: Project, values: list[Value]) -> Arms:
    path = _path(project, values)
    pattern = values[1] if len(values) > 1 else UNKNOWN
    if path is None or not isinstance(pattern, Plain):
        return unknown()
    found = project.files_below(path, str(pattern.data))
    return arm(Items(tuple(arm(Plain(name)) for name in found)))


def _jsondecode(project: Project, values: list[Value]) -> Arms:
    source = _whole(values)
    if source is None:
        return unknown()
    project.spend(len(source.text) // 50)
    found = read_object(source, templates=False)
    return unknown() if found is None else _of_json(found)


def _whole(values: list[Value]) -> Source | None:
    """Return the file whose content a value is, or a string as if it were a file."""
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


def _yamldecode(project: Project, values: list[Value]) -> Arms:
    source = _whole(values)
    if source is None:
        return unknown()
    project.spend(len(source.text) // 50)
    for document in yaml_documents(source.text):
        if document is not None:
            return _of_yaml(document, source, project)
    return unknown()


def _of_yaml(value: Any, source: Source, project: Project) -> Arms:
    project.spend()
    if isinstance(value, dict):
        keyed = {
            str(key): _of_yaml(item, source, project) for key, item in value.items()
        }
        origins = {str(k): at for k in value if (at := _place(k, source)) is not None}
        return arm(Keyed(keyed, origins=origins))
    if isinstance(value, list):
        return arm(Items(tuple(_of_yaml(item, source, project) for item in value)))
    if isinstance(value, bool) or value is None:
        return arm(Plain(value))
    return arm(Plain(_scalar(str(value)), _place(value, source)))


def _place(value: object, source: Source) -> Origin | None:
    if not isinstance(value, Written):
        return None
    return Origin(source, value.at, value.at + len(value))


def _scalar(text: str) -> str | int:
    """Convert numeric text to a number, because conditions compare with numbers."""
    is_number = text.isdecimal() and len(text) < 15 and not text.startswith("0")
    return int(text) if is_number else text


def _top(project: Project, _: list[Value]) -> Arms:
    return arm(Plain(project.top))


def _root(project: Project, _: list[Value]) -> Arms:
    return arm(Plain(project.folder))


FUNCTIONS: Mapping[str, Callable[[Project, list[Value]], Arms]] = {
    "file": _file,
    "fileexists": _fileexists,
    "fileset": _fileset,
    "get_repo_root": _top,
    "get_terragrunt_dir": _root,
    "jsondecode": _jsondecode,
    "yamldecode": _yamldecode,
}
