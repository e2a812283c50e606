"""Pulumi and CDK for Terraform projects: find the program files of a project file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.deploy.programs.declared_functions import (
    Program,
    deployments_of,
)
from funclens.discovery.deploy.programs.pulumi_yaml import made_by_yaml
from funclens.discovery.deploy.programs.python_statements import made_by_python
from funclens.discovery.deploy.programs.typescript import made_by_typescript

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_project"]

_SCRIPTS = (".ts", ".mts", ".cts", ".js", ".mjs", ".cjs")
_FOREIGN = frozenset({"node_modules", "venv", "site-packages", "__pycache__", "sdks"})
_MOST_FOLDERS = 60
_MOST_PROGRAMS = 100


def deployments_in_project(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that a project deploys, in YAML, Python or TypeScript."""
    folder = os.path.dirname(path)
    if path.endswith((".yaml", ".yml")):
        yield from deployments_of(made_by_yaml(path, text), Program(path, folder))
    for file in _programs(folder, nearby):
        source = nearby.text(file)
        if source is None or "loudfunctions" not in source:
            continue
        reader = made_by_python if file.endswith(".py") else made_by_typescript
        program = Program(file, folder)
        yield from deployments_of(reader(program, source), program)


def _programs(folder: str, nearby: NearbyFiles) -> Iterator[str]:
    """Yield the files that may be the project's program, the nearest first."""
    pending = [folder]
    seen = found = 0
    while pending and seen < _MOST_FOLDERS:
        current = pending.pop(0)
        seen += 1
        for name in nearby.names(current):
            plain = name.rstrip("/")
            if name.endswith("/"):
                if plain not in _FOREIGN and not plain.startswith("."):
                    pending.append(os.path.join(current, plain))
            elif name.endswith((".py", *_SCRIPTS)) and not name.endswith(".d.ts"):
                found += 1
                if found > _MOST_PROGRAMS:
                    return
                yield os.path.join(current, name)
