"""TOML with scripts: poe, pdm, hatch, taskipy, rye, pixi; buildpacks' project.toml."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.yaml.deploy_file import (
    File,
    Scope,
    is_interesting,
    mapping,
    text_of,
    texts,
)
from funclens.discovery.deploy.yaml.others import of_environment
from funclens.toml import parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_toml"]

_SCRIPTS = ("cmd", "shell", "command", "script", "composite", "chain", "sequence")
_LARGEST = 400_000
_DEEPEST = 12


def deployments_in_toml(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that the scripts or the build of a project name."""
    document = _parsed(text)
    file = File(path, text, nearby)
    scope = Scope((os.path.dirname(path),))
    yield from _in_value(document.get("tool"), file, scope, 0)
    yield from _in_value(document.get("tasks"), file, scope, 0)
    if os.path.basename(path).startswith("project."):
        build = mapping(document.get("build"))
        inner = mapping(
            mapping(mapping(document.get("io")).get("buildpacks")).get("build")
        )
        for item in (build, inner):
            yield from of_environment(file, item, scope)


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > _LARGEST or re.search(r"[\[{]{40}", text):
        return {}
    try:
        return mapping(parse_toml(text))
    except ValueError:
        return {}


def _in_value(value: Any, file: File, scope: Scope, depth: int) -> Iterator[Deployment]:
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        if is_interesting(value):
            yield from file.run(value, scope)
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            lines = [text for text in value if " " in text]
            if lines:
                yield from _in_value("\n".join(lines), file, scope, depth + 1)
            else:
                yield from file.run_words([text_of(item) for item in value], scope)
            return
        for item in value:
            yield from _in_value(item, file, scope, depth + 1)
    elif isinstance(value, dict):
        yield from _in_table(mapping(value), file, scope, depth)


def _in_table(
    table: dict[str, Any], file: File, scope: Scope, depth: int
) -> Iterator[Deployment]:
    folder = table.get("cwd") or table.get("working_dir")
    if isinstance(folder, str):
        scope = scope.within(folder, file.nearby)
    environment = texts(table.get("env")) if isinstance(table.get("env"), dict) else {}
    if environment and any(key in table for key in _SCRIPTS):
        scope = replace(scope, variables={**scope.variables, **environment})
    for key, item in table.items():
        if key not in {"env", "help", "description", "dependencies"}:
            yield from _in_value(item, file, scope, depth + 1)
